"""What teachers write: exercises, the catalog of a course, and the bundle that students get."""
