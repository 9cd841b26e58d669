package org.lazaret.portal.view;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header From in two parts, so that a name written from right to left, or one that looks like an address, cannot pass for the address.
 *
 * @param name    may be empty
 * @param address may be empty when there is none in angle brackets
 */
public record SenderView(Shown name, Shown address) {
    private static final int MAX = 1_000;
    private static final Pattern NAME_AND_ADDRESS = Pattern.compile("\\s*\"?(.*?)\"?\\s*<([^<>]*)>\\s*", Pattern.DOTALL);

    /** Splits at the last angle brackets; without any the whole is a name unless it has an at sign and no blank. */
    public static SenderView of(String from) {
        String header = from.length() <= MAX ? from : from.substring(0, MAX);
        Matcher matcher = NAME_AND_ADDRESS.matcher(header);
        if (matcher.matches()) {
            return new SenderView(Shown.line(matcher.group(1)), Shown.line(matcher.group(2)));
        }
        boolean address = header.contains("@") && !header.contains(" ");
        return address ? new SenderView(Shown.line(""), Shown.line(header)) : new SenderView(Shown.line(header), Shown.line(""));
    }
}
