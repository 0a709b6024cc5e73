/* no-symbol.c - a shared object that is no plug-in. */
extern const int saboteur_without_strategy;
const int saboteur_without_strategy = 1;
