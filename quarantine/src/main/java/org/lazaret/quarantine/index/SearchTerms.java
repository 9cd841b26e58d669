package org.lazaret.quarantine.index;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.scan.Attachment;

/**
 * What a record can be found by: terms of ASCII letters, digits and underscores, which every full-text index takes as they are and in the same
 * way. The first letter says what a term is of; other characters than those are written as their code points between underscores, so that a
 * term that begins a word also begins the word's.
 */
final class SearchTerms {
    private static final char TEXT = 'w';
    private static final char SUBJECT = 's';
    private static final char SENDER = 'f';
    private static final char SENDER_DOMAIN = 'd';
    private static final char RECIPIENT = 't';
    private static final char ATTACHMENT = 'a';
    private static final char EXTENSION = 'x';
    private static final char SHA256 = 'h';
    private static final char SCORE = 'c';
    /** Characters that make a beginning. */
    private static final int BEGINNING = 3;
    private static final int MAX_TERM = 200;
    private static final int MAX_TERMS = 5_000;
    private static final int MAX_WORDS = 20;
    /** Scores, in tenths, that are looked for by their terms: many at once take longer than looking at the record's score. */
    private static final int MAX_SCORES = 20;

    private SearchTerms() {
    }

    static Set<String> of(HeldMail mail) {
        Set<String> terms = new LinkedHashSet<>();
        String sender = mail.envelope().sender();
        terms.add(term(SENDER, sender));
        terms.add(term(SENDER_DOMAIN, domain(sender)));
        terms.add(term(SHA256, mail.sha256()));
        terms.add(score(mail.verdict().score().tenths()));
        for (Attachment attachment : mail.verdict().attachments()) {
            terms.add(term(SHA256, attachment.sha256()));
        }
        words(mail.subject()).forEach(word -> {
            terms.add(term(SUBJECT, word));
            terms.add(term(TEXT, word));
        });
        words(mail.from()).forEach(word -> terms.add(term(TEXT, word)));
        words(sender).forEach(word -> terms.add(term(TEXT, word)));
        for (Attachment attachment : mail.verdict().attachments()) {
            words(attachment.name()).forEach(word -> terms.add(term(ATTACHMENT, word)));
            terms.add(term(EXTENSION, attachment.name().substring(attachment.name().lastIndexOf('.') + 1)));
        }
        for (String recipient : mail.envelope().recipients()) {
            terms.add(term(RECIPIENT, recipient));
            words(recipient).forEach(word -> terms.add(term(TEXT, word)));
        }
        return terms.size() <= MAX_TERMS ? terms : new LinkedHashSet<>(List.copyOf(terms).subList(0, MAX_TERMS));
    }

    /** Whether the query asks for a range of scores that is not among its terms. */
    static boolean isWide(Query query) {
        return !query.isAnyScore() && query.atMost().tenths() - query.atLeast().tenths() >= MAX_SCORES;
    }

    /** What all has to be found; of each inner list any will do. A term that ends in {@code *} stands for those that begin so. */
    static List<List<String>> of(Query query) {
        List<List<String>> all = new ArrayList<>();
        addWords(all, TEXT, query.text());
        addWords(all, SUBJECT, query.subject());
        if (query.attachment().startsWith("*.") && query.attachment().length() > 2) {
            all.add(List.of(term(EXTENSION, query.attachment().substring(2))));
        } else {
            addWords(all, ATTACHMENT, query.attachment());
        }
        if (query.sender().startsWith("@")) {
            all.add(List.of(term(SENDER_DOMAIN, query.sender().substring(1))));
        } else if (!query.sender().isEmpty()) {
            all.add(List.of(term(SENDER, query.sender())));
        }
        if (!query.sha256().isEmpty()) {
            all.add(List.of(term(SHA256, query.sha256())));
        }
        if (!query.isAnyScore() && !isWide(query)) {
            List<String> scores = new ArrayList<>();
            for (int tenths = query.atLeast().tenths(); tenths <= query.atMost().tenths(); tenths++) {
                scores.add(score(tenths));
            }
            all.add(scores);
        }
        if (!all.isEmpty()) {
            query.recipient().ifPresent(recipient -> all.add(List.of(term(RECIPIENT, recipient))));
        }
        return all;
    }

    private static void addWords(List<List<String>> all, char kind, String text) {
        if (!text.isBlank() && words(text).isEmpty()) {
            // What is no word is in no mail.
            all.add(List.of(term(kind, "-")));
        }
        words(text).stream().limit(MAX_WORDS).forEach(word ->
            all.add(List.of(term(kind, word) + (word.codePointCount(0, word.length()) >= BEGINNING ? "*" : ""))));
    }

    private static String score(int tenths) {
        return SCORE + "%03d".formatted(tenths);
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** Runs of letters, marks and digits, in one case and in one form. */
    private static List<String> words(String text) {
        String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        List<String> words = new ArrayList<>();
        for (String word : folded.split("[^\\p{L}\\p{M}\\p{N}]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    private static String term(char kind, String text) {
        StringBuilder term = new StringBuilder().append(kind);
        for (int point : text.toLowerCase(Locale.ROOT).codePoints().toArray()) {
            if (term.length() >= MAX_TERM) {
                break;
            }
            if (point >= 'a' && point <= 'z' || point >= '0' && point <= '9') {
                term.append((char) point);
            } else {
                term.append('_').append(Integer.toHexString(point)).append('_');
            }
        }
        return term.toString();
    }
}
