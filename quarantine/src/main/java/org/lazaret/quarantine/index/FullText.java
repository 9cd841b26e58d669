package org.lazaret.quarantine.index;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The words in which a full-text index is spoken to. Terms are those of {@link SearchTerms}: nothing in them has to be escaped.
 *
 * @param number    column of {@code record_term} that holds the record's number
 * @param among     the number where it is compared with few others: with a sign, SQLite does not search once for each of them
 * @param insert    value of the column {@code terms} for the parameter {@code :terms}, terms separated by spaces
 * @param matches   condition for the parameter {@code :terms}, made by {@link #all}
 * @param beginning format of a term that others may begin with
 * @param and       between what all has to be found
 * @param or        between what any will do
 */
public record FullText(String number, String among, String insert, String matches, String beginning, String and, String or) {
    static final FullText SQLITE = new FullText("rowid", "+record_term.rowid", ":terms", "record_term MATCH :terms", "%s*", " AND ", " OR ");
    static final FullText POSTGRESQL = new FullText("number", "record_term.number", "array_to_tsvector(string_to_array(:terms, ' '))",
        "record_term.terms @@ CAST(:terms AS tsquery)", "%s:*", " & ", " | ");

    /** What all has to be found; of each inner list any will do. A term that ends in {@code *} stands for those that begin so. */
    String all(List<List<String>> terms) {
        return terms.stream()
            .map(any -> any.stream().map(this::term).collect(Collectors.joining(or, "(", ")")))
            .collect(Collectors.joining(and));
    }

    private String term(String term) {
        return term.endsWith("*") ? beginning.formatted(term.substring(0, term.length() - 1)) : term;
    }
}
