# latency.gp DATA PICTURE TITLE LINES FAILED - time of an insertion by batch size; a block a line, and one of cells that failed.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
failed = int(ARG5)
lines = int(ARG4)
shown(items, us) = us
set ylabel "time of one insertion (us), median with 95 % interval"
load ARG0[1:strlen(ARG0) - strlen("latency.gp")] . "times.gp"
