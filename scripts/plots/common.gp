# common.gp - what all plots share: Okabe and Ito's colours, told apart by dashes and marks too, on white. A picture is an
# SVG, or a PNG by its name, which has as many dots as look alike in print.
if (!exists("width")) width = 960
if (!exists("height")) height = 600
if (picture[strlen(picture) - 3:] eq ".png") {
    set terminal pngcairo size 2 * width,2 * height noenhanced background "#ffffff" font "sans-serif,14" fontscale 1.5 linewidth 2 pointscale 3
} else {
    set terminal svg size width,height dynamic noenhanced background "#ffffff" font "sans-serif,14"
}
set encoding utf8
set output picture
# In the middle of the picture, since a title stands in the middle of what the legend leaves; smaller where it is long.
letters = strlen(heading)
if (letters > 170) heading = heading[1:170] . "\n" . heading[171:]
set label heading at screen 0.5,screen 1 center offset 0,-1.2 font sprintf(",%d", letters > 170 ? 9 : letters > 110 ? 14 * 110 / letters : 14)
set tmargin 3.5
set linetype 1 lc rgb "#0072B2" lw 2 dt 1 pt 4
set linetype 2 lc rgb "#D55E00" lw 2 dt 2 pt 6
set linetype 3 lc rgb "#009E73" lw 2 dt 3 pt 8
set linetype 4 lc rgb "#CC79A7" lw 2 dt 4 pt 10
set linetype 5 lc rgb "#E69F00" lw 2 dt 5 pt 12
set linetype 6 lc rgb "#56B4E9" lw 2 dt (12,4) pt 5
set linetype 7 lc rgb "#000000" lw 2 dt (4,4) pt 7
set linetype 8 lc rgb "#7F7F7F" lw 2 dt (12,4,2,4) pt 9
set linetype 9 lc rgb "#882255" lw 2 dt (2,6) pt 11
set linetype 10 lc rgb "#999933" lw 2 dt (20,6) pt 13
set linetype cycle 10
set key outside right top
set grid lc rgb "#D0D0D0" dt 1
