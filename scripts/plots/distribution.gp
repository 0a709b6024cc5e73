# distribution.gp DATA PICTURE TITLE LINES - share of insertions by their time; a block a line.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
lines = int(ARG4)
load ARG0[1:strlen(ARG0) - strlen("distribution.gp")] . "common.gp"
set logscale x
set autoscale xfix
# Where there are less than two decades, each alone has too few marks.
stats data using 1 name "time" nooutput
if (time_max < 100 * time_min) {
    set xtics ()
    do for [decade = -3 : 12] {
        do for [mark in "1 2 5"] {
            place = mark * 10.0**decade
            if (place >= time_min && place <= time_max) { set xtics add (sprintf("%g", place) place) }
        }
    }
}
set yrange [0:100]
set ytics 10
set key noautotitle
set xlabel "time of one insertion (us); in brackets: samples"
set ylabel "share of the insertions that took at most so long (%)"
plot for [i = 0 : lines - 1] data index i using 1:2 with linespoints pointnumber 6 lt i + 1 title columnheader(1)
