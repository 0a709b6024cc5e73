# cost.gp DATA PICTURE TITLE LINES FAILED - what an item costs by batch size: flat where no cache, allocation or page is in the way.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
failed = int(ARG5)
lines = int(ARG4)
shown(items, us) = us * 1000 / items
set ylabel "time of one item (ns), median with 95 % interval"
load ARG0[1:strlen(ARG0) - strlen("cost.gp")] . "times.gp"
