package org.lazaret.policy.lists;

import java.util.Locale;
import java.util.regex.Pattern;
import org.lazaret.policy.Address;

/**
 * What an entry matches, in one spelling each ({@link #toString()}): {@code anna@example.org}; {@code example.org}, also written
 * {@code *@example.org}, for every address of exactly this domain; {@code *.example.org}, also written {@code .example.org}, for every
 * domain below it, but not itself; 64 hexadecimal digits for an attachment.
 */
public sealed interface EntryPattern {
    record OfAddress(Address address) implements EntryPattern {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    record OfDomain(String domain) implements EntryPattern {
        @Override
        public String toString() {
            return domain;
        }
    }

    record BelowDomain(String domain) implements EntryPattern {
        @Override
        public String toString() {
            return "*." + domain;
        }
    }

    record OfContent(String sha256) implements EntryPattern {
        private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

        @Override
        public String toString() {
            return sha256;
        }
    }

    /** The narrower of two patterns that match the same address has the higher number. */
    default int narrowness() {
        return switch (this) {
            case OfAddress address -> 1_001;
            case OfDomain domain -> 1_000;
            case BelowDomain below -> (int) below.domain().chars().filter(character -> character == '.').count();
            case OfContent content -> 0;
        };
    }

    /** @throws RefusedEntryException when the text is no pattern for this field; the message is the reason */
    static EntryPattern parse(Field field, String text) throws RefusedEntryException {
        if (field == Field.ATTACHMENT) {
            String sha256 = text.strip().toLowerCase(Locale.ROOT);
            if (!OfContent.FORM.matcher(sha256).matches()) {
                throw new RefusedEntryException("'" + text + "' is no SHA-256: 64 hexadecimal digits");
            }
            return new OfContent(sha256);
        }
        return addresses(text.strip());
    }

    private static EntryPattern addresses(String text) throws RefusedEntryException {
        try {
            if (text.startsWith("*@")) {
                return new OfDomain(Address.domain(text.substring(2)));
            }
            if (text.startsWith("*.") || text.startsWith(".")) {
                return new BelowDomain(Address.domain(text.substring(text.indexOf('.') + 1)));
            }
            if (text.contains("@")) {
                return new OfAddress(Address.parse(text));
            }
            return new OfDomain(Address.domain(text));
        } catch (IllegalArgumentException e) {
            throw new RefusedEntryException("'" + text + "' is no address, domain, *@domain or *.domain: " + e.getMessage());
        }
    }
}
