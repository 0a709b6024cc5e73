/*
 * workload_wordnet.c - relations out of the WordNet data files, then generated facts once those are used up.
 *
 * A synset is named by its part of speech and offset, n00001740; the k-th word of it by ".kk" behind,
 * n00001740.01.
 *
 *     (sense entity n00001740)                      a word of a synset
 *     (hyponym n00001740 n00001930)                 a pointer between synsets
 *     (antonym a00001740.01 a00002098.01)           a pointer between words
 *
 * Format of the files: wndb(5) of WordNet 3.0.
 */
#include "harness/worker/workload_private.h"

#include <stdio.h>
#include <string.h>

static const char WORDNET_FOLDER[] = "/usr/share/wordnet";

enum { PATH_BYTES = 4096, OFFSET_DIGITS = 8, WORD_DIGITS = 2, SYNSET_BYTES = 1 + OFFSET_DIGITS };

static const struct {
    const char *symbol;
    const char *relation;
} relations[] = {
    {"!", "antonym"},
    {"@", "hypernym"},
    {"@i", "instance-hypernym"},
    {"~", "hyponym"},
    {"~i", "instance-hyponym"},
    {"#m", "member-holonym"},
    {"#s", "substance-holonym"},
    {"#p", "part-holonym"},
    {"%m", "member-meronym"},
    {"%s", "substance-meronym"},
    {"%p", "part-meronym"},
    {"=", "attribute"},
    {"+", "derivation"},
    {"*", "entailment"},
    {">", "cause"},
    {"^", "see-also"},
    {"$", "verb-group"},
    {"&", "similar"},
    {"<", "participle"},
    {"\\", "pertainym"},
    {";c", "topic"},
    {"-c", "topic-member"},
    {";r", "region"},
    {"-r", "region-member"},
    {";u", "usage"},
    {"-u", "usage-member"},
};

/* A line while it is read. fault is the first thing found wrong. */
struct cursor {
    const char *text;
    size_t size;
    const char *fault;
};

/* The synset that a line is about. */
struct synset {
    char part_of_speech;
    const char *offset;
    struct term name;
};

static struct text_file take_field(struct cursor *line)
{
    const char *end = memchr(line->text, ' ', line->size);
    size_t size = end == NULL ? line->size : (size_t)(end - line->text);
    struct text_file field = {line->text, size};
    size_t used = end == NULL ? size : size + 1;
    line->text += used;
    line->size -= used;
    return field;
}

static void set_fault(struct cursor *line, const char *fault)
{
    if (line->fault == NULL)
        line->fault = fault;
}

static unsigned digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return (unsigned)(digit - '0');
    if (digit >= 'a' && digit <= 'f')
        return (unsigned)(digit - 'a') + 10;
    return UINT32_MAX;
}

/* A field of exactly so many digits; its text, and its value where one is asked for. */
static const char *take_digits(struct cursor *line, size_t digits, unsigned base, unsigned *value,
                               const char *fault)
{
    struct text_file field = take_field(line);
    unsigned sum = 0;
    if (field.size != digits)
        set_fault(line, fault);
    for (size_t i = 0; i < field.size && line->fault == NULL; i++) {
        unsigned digit = digit_value(field.text[i]);
        if (digit >= base)
            set_fault(line, fault);
        sum = sum * base + digit;
    }
    if (value != NULL)
        *value = line->fault == NULL ? sum : 0;
    return field.text;
}

/* Satellite adjectives are numbered among the adjectives, so they are named like them. */
static char take_part_of_speech(struct cursor *line)
{
    struct text_file field = take_field(line);
    if (field.size == 1 && memchr("nvasr", field.text[0], 5) != NULL)
        return field.text[0] == 's' ? 'a' : field.text[0];
    set_fault(line, "a part of speech is missing (n, v, a, s, or r)");
    return 'n';
}

/* word is the number of the word, two hexadecimal digits, or NULL for the synset as a whole. */
static bool name_synset(struct draft *draft, char part_of_speech, const char *offset, const char *word,
                        struct term *name, struct error *error)
{
    size_t size = SYNSET_BYTES + (word == NULL ? 0 : 1 + WORD_DIGITS);
    char *text = draft_reserve_text(draft, size, error);
    if (text == NULL)
        return false;
    draft_commit_text(draft, size);
    text[0] = part_of_speech;
    memcpy(text + 1, offset, OFFSET_DIGITS);
    if (word != NULL) {
        text[SYNSET_BYTES] = '.';
        memcpy(text + SYNSET_BYTES + 1, word, WORD_DIGITS);
    }
    *name = term_symbol(text, size);
    return true;
}

static bool add_relation(struct draft *draft, struct term relation, struct term from, struct term to,
                         struct error *error)
{
    const struct term fact[] = {term_list(3), relation, from, to};
    return draft_add(draft, fact, sizeof fact / sizeof fact[0], error);
}

/* Adjectives carry their place in the sentence behind them, galore(ip); it is no part of the word. */
static bool add_word(struct draft *draft, struct cursor *line, const struct synset *synset,
                     struct error *error)
{
    struct text_file word = take_field(line);
    take_digits(line, 1, 16, NULL, "the number of a sense is missing");
    if (line->fault != NULL)
        return true;
    const char *marker = memchr(word.text, '(', word.size);
    if (marker != NULL)
        word.size = (size_t)(marker - word.text);
    if (!text_is_symbol(word.text, word.size))
        return true;
    return add_relation(draft, term_symbol("sense", 5), term_symbol(word.text, word.size), synset->name,
                        error);
}

static struct term take_relation(struct cursor *line)
{
    struct text_file field = take_field(line);
    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++)
        if (strlen(relations[i].symbol) == field.size &&
            memcmp(relations[i].symbol, field.text, field.size) == 0)
            return term_symbol(relations[i].relation, strlen(relations[i].relation));
    set_fault(line, "unknown pointer symbol");
    return (struct term){0};
}

/* Source and target stand in one field of four digits; 0000 is a pointer between whole synsets. */
static bool add_pointer(struct draft *draft, struct cursor *line, const struct synset *synset,
                        struct error *error)
{
    struct term relation = take_relation(line);
    const char *offset = take_digits(line, OFFSET_DIGITS, 10, NULL, "the offset of a pointer is missing");
    char part_of_speech = take_part_of_speech(line);
    unsigned words;
    const char *digits =
        take_digits(line, 2 * WORD_DIGITS, 16, &words, "source and target of a pointer are missing");
    if (line->fault != NULL)
        return true;
    struct term from = synset->name, to;
    if (words == 0)
        return name_synset(draft, part_of_speech, offset, NULL, &to, error) &&
               add_relation(draft, relation, from, to, error);
    return name_synset(draft, synset->part_of_speech, synset->offset, digits, &from, error) &&
           name_synset(draft, part_of_speech, offset, digits + WORD_DIGITS, &to, error) &&
           add_relation(draft, relation, from, to, error);
}

/* false only without memory; a malformed line is in line->fault. What follows the pointers is not read. */
static bool add_synset(struct draft *draft, struct cursor *line, struct error *error)
{
    struct synset synset;
    unsigned words, pointers;
    synset.offset = take_digits(line, OFFSET_DIGITS, 10, NULL, "the offset of the synset is missing");
    take_digits(line, 2, 10, NULL, "the number of the lexicographer's file is missing");
    synset.part_of_speech = take_part_of_speech(line);
    take_digits(line, 2, 16, &words, "the number of words is missing");
    if (line->fault != NULL)
        return true;
    if (!name_synset(draft, synset.part_of_speech, synset.offset, NULL, &synset.name, error))
        return false;
    for (unsigned i = 0; i < words && line->fault == NULL; i++)
        if (!add_word(draft, line, &synset, error))
            return false;
    take_digits(line, 3, 10, &pointers, "the number of pointers is missing");
    for (unsigned i = 0; i < pointers && line->fault == NULL; i++)
        if (!add_pointer(draft, line, &synset, error))
            return false;
    return true;
}

static bool add_file(struct draft *draft, const char *folder, const char *name, struct error *error)
{
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return error_set(error, "the path of the WordNet folder is too long: %.40s...", folder);
    struct text_file rest, text;
    if (!text_read(draft, path, WORDNET_PACKAGE, &rest, error))
        return false;
    for (size_t number = 1; !draft_full(draft) && text_line(&rest, &text); number++) {
        if (text.size >= 2 && memcmp(text.text, "  ", 2) == 0)
            continue; /* the licence, at the head of each file */
        struct cursor line = {text.text, text.size, NULL};
        if (!add_synset(draft, &line, error))
            return false;
        if (line.fault != NULL)
            return error_set(error, "%s:%zu: %s", path, number, line.fault);
    }
    return true;
}

bool source_wordnet(struct draft *draft, const struct source_args *args, struct error *error)
{
    static const char *const names[] = {"data.noun", "data.verb", "data.adj", "data.adv"};
    const char *folder = text_path("TRIEBENCH_WORDNET", WORDNET_FOLDER);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !draft_full(draft); i++)
        if (!add_file(draft, folder, names[i], error))
            return false;
    return source_facts(draft, args, error);
}
