package org.lazaret.scan.type;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.lazaret.scan.inspect.Content;

/** Tells types apart by their magic. */
public final class Types {
    private static final int HEAD = 4096;

    private Types() {
    }

    /** Every type that the bytes are of; never empty. */
    public static Set<Type> detect(Content content, String name) throws IOException {
        byte[] head = content.range(0, HEAD);
        if (head.length == 0) {
            return EnumSet.of(Type.EMPTY);
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        Set<Type> types = EnumSet.noneOf(Type.class);
        add(types, text, "MZ", Type.PE);
        add(types, text, "\u007fELF", Type.ELF);
        add(types, text, "PK\u0003\u0004", Type.ZIP);
        add(types, text, "%PDF", Type.PDF);
        add(types, text, "\u00d0\u00cf\u0011\u00e0", Type.OLE2);
        add(types, text, "{\\rt", Type.RTF);
        if (types.isEmpty()) {
            types.add(text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t') ? Type.TEXT : Type.UNKNOWN);
        }
        return types;
    }

    private static void add(Set<Type> types, String head, String magic, Type type) {
        if (head.startsWith(magic)) {
            types.add(type);
        }
    }
}
