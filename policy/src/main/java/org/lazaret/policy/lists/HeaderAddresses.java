package org.lazaret.policy.lists;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lazaret.policy.Address;

/**
 * The addresses of a header field (RFC 5322 section 3.4, groups and comments included). Display names and encoded words (RFC 2047) are no
 * addresses and never read as such. Where the text breaks the grammar, what can be read for certain is kept, and the rest makes the list
 * incomplete: a block entry matches what was read, an allow entry nothing of it.
 *
 * @param complete whether everything was read
 */
public record HeaderAddresses(List<Address> addresses, boolean complete) {
    /** Longest text that is read; mail programs write a few hundred characters. */
    private static final int MAX_TEXT = 256 * 1024;

    public static final HeaderAddresses NONE = new HeaderAddresses(List.of(), true);

    public HeaderAddresses {
        addresses = List.copyOf(addresses);
    }

    /** @param bodies of every field of this name, folded or not */
    public static HeaderAddresses parse(List<String> bodies) {
        Parser parser = new Parser();
        for (String body : bodies) {
            parser.parse(body);
        }
        return new HeaderAddresses(parser.addresses, parser.complete);
    }

    private static final class Parser {
        private final List<Address> addresses = new ArrayList<>();
        private boolean complete = true;

        /** Of the element that is being read: what stands outside of angle brackets and inside of them. */
        private final StringBuilder outside = new StringBuilder();
        private final StringBuilder inside = new StringBuilder();
        private boolean inBrackets;
        private boolean bracketsSeen;
        private boolean afterBrackets;
        private boolean gap;
        private boolean gapInAddress;
        private boolean inGroup;

        void parse(String body) {
            if (body.length() > MAX_TEXT) {
                complete = false;
                return;
            }
            inGroup = false;
            int at = 0;
            while (at < body.length()) {
                char character = body.charAt(at);
                switch (character) {
                    case '(' -> at = comment(body, at);
                    case '"' -> at = quoted(body, at);
                    case ' ', '\t', '\r', '\n' -> {
                        gap = true;
                        at++;
                    }
                    case '<' -> {
                        complete &= !inBrackets && !bracketsSeen;
                        inBrackets = true;
                        bracketsSeen = true;
                        gap = false;
                        at++;
                    }
                    case '>' -> {
                        complete &= inBrackets;
                        inBrackets = false;
                        afterBrackets = true;
                        at++;
                    }
                    case ',' -> {
                        if (inBrackets) {
                            // A source route (RFC 5322 section 4.4), or a bracket that is never closed.
                            complete = false;
                            inBrackets = false;
                        }
                        end();
                        at++;
                    }
                    case ':' -> {
                        complete &= !inGroup && !inBrackets && !bracketsSeen && !outside.toString().contains("@");
                        inGroup = true;
                        reset();
                        at++;
                    }
                    case ';' -> {
                        complete &= inGroup && !inBrackets;
                        end();
                        inGroup = false;
                        at++;
                    }
                    default -> {
                        append(character);
                        at++;
                    }
                }
            }
            complete &= !inBrackets && !inGroup;
            end();
        }

        private void append(char character) {
            if (inBrackets) {
                gapInAddress |= gap && !inside.isEmpty();
                inside.append(character);
            } else {
                complete &= !afterBrackets;
                if (gap && !outside.isEmpty()) {
                    outside.append(' ');
                }
                outside.append(character);
            }
            gap = false;
        }

        private int comment(String body, int from) {
            int depth = 0;
            for (int at = from; at < body.length(); at++) {
                switch (body.charAt(at)) {
                    case '\\' -> at++;
                    case '(' -> depth++;
                    case ')' -> depth--;
                    default -> { }
                }
                if (depth == 0) {
                    gap = true;
                    return at + 1;
                }
            }
            complete = false;
            return body.length();
        }

        private int quoted(String body, int from) {
            for (int at = from + 1; at < body.length(); at++) {
                char character = body.charAt(at);
                if (character == '\\') {
                    at++;
                } else if (character == '"') {
                    body.substring(from, at + 1).chars().forEach(each -> append((char) each));
                    return at + 1;
                }
            }
            complete = false;
            return body.length();
        }

        private void end() {
            if (bracketsSeen) {
                Optional<Address> address = gapInAddress ? Optional.empty() : Address.find(inside.toString());
                // <> stands for nobody.
                complete &= address.isPresent() || inside.isEmpty();
                address.ifPresent(addresses::add);
            } else if (!outside.isEmpty()) {
                Optional<Address> address = Address.find(outside.toString());
                complete &= address.isPresent();
                address.ifPresent(addresses::add);
            }
            reset();
        }

        private void reset() {
            outside.setLength(0);
            inside.setLength(0);
            inBrackets = false;
            bracketsSeen = false;
            afterBrackets = false;
            gap = false;
            gapInAddress = false;
        }
    }
}
