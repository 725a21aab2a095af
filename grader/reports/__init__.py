"""From Grades to what people read: tables, pages, feedback."""
