# common.gp - what all plots share: Okabe and Ito's colours, told apart by dashes and marks too, on white.
set terminal svg size 960,600 dynamic noenhanced background "#ffffff" font "sans-serif,14"
set encoding utf8
set output picture
set title heading
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
