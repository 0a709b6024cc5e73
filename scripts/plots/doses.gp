# doses.gp DATA PICTURE TITLE COUNTS PLACES - slow-down by the limit of arenas; a panel a variant of the allocator, in which
# there are so many blocks, one a number of threads: place, slow-down, ends, name of the limit.
# What is loaded has arguments of its own.
data = ARG1
picture = ARG2
heading = ARG3
counts = ARG4
places = int(ARG5)
panels = words(counts)
height = 60 + 440 * ((panels + 1) / 2)
load ARG0[1:strlen(ARG0) - strlen("doses.gp")] . "common.gp"
stats data using 4 nooutput
most = STATS_max
stats data using 3 nooutput
least = STATS_min
set logscale y
set yrange [(least < 0.95 ? least / 1.05 : 0.9):(most > 1.15 ? most * 1.05 : 1.2)]
set format y "%g"
set ytics (0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128)
set xrange [0.5:places + 0.5]
set xlabel "arenas the allocator may make"
set ylabel "time over that under no limit, 90 % interval"
set key inside top right opaque
unset label
set tmargin
set multiplot layout (panels + 1) / 2, panels > 1 ? 2 : 1 title heading
first = 0
do for [panel = 1 : panels] {
    lines = int(word(counts, panel))
    stats data index first every ::0::0 using (name = strcol(2), 1) nooutput
    set title name
    plot 1 with lines lw 1 dt 1 lc rgb "#000000" notitle, 1.1 with lines lw 1 dt 3 lc rgb "#000000" title "10 % slower", \
        for [i = 0 : lines - 1] data index first + i using ($1 + 0.06 * (i - (lines - 1) / 2.0)):2:3:4 \
        with yerrorlines lt i + 1 title columnheader(1), \
        for [i = 0 : lines - 1] data index first + i using 1:2:xtic(5) with points lc rgb "#000000" ps 0 notitle
    first = first + lines
}
unset multiplot
