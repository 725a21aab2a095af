print("SHADOW random")
