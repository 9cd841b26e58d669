package org.lazaret.scan.type;

import java.io.IOException;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import org.lazaret.scan.inspect.Content;

/**
 * What stands behind the end of a picture, a sound or a document. Programs that show the picture stop at its end; others start where
 * their own magic stands, which is what a polyglot lives on.
 *
 * @param offset where the appended bytes begin
 * @param types  what they are; never empty
 */
public record Appended(long offset, Set<Type> types) {
    /** Bytes behind the end in which a magic is looked for. */
    private static final int REACH = 64 * 1024;

    public Appended {
        types = Set.copyOf(types);
    }

    static final Appended NOTHING = new Appended(-1, Set.of(Type.EMPTY));

    public boolean isPresent() {
        return offset >= 0;
    }

    /** Looks behind the end of the content's main format; {@link #isPresent()} is false when nothing dangerous stands there. */
    public static Appended find(Content content) throws IOException {
        OptionalLong end = end(content);
        if (end.isPresent()) {
            return end.getAsLong() < content.size() ? sniff(content, end.getAsLong()) : NOTHING;
        }
        OptionalLong documentEnd = documentEnd(content);
        return documentEnd.isPresent() ? next(content, documentEnd.getAsLong()) : NOTHING;
    }

    /**
     * What begins right behind a document. Servers append pages and comments to documents, so only a program or an archive counts, and only
     * where a program that looks for its magic would find it: at once.
     */
    private static Appended next(Content content, long end) throws IOException {
        Bytes tail = Bytes.of(content, end, 4096);
        int start = 0;
        while (start < tail.size() && tail.u8(start) <= ' ') {
            start++;
        }
        Type type = start < tail.size() - 3 ? magic(content, tail, end, start) : null;
        return type == null || type == Type.HTML || type == Type.PDF ? NOTHING : new Appended(end + start, Set.of(type));
    }

    /** Behind the last end mark of a PDF (ISO 32000-1, 7.5.5), or the brace that closes an RTF document. */
    private static OptionalLong documentEnd(Content content) throws IOException {
        Bytes head = Bytes.of(content, 0, 128);
        if (head.at(0, "{\\rt")) {
            return closingBrace(content);
        }
        // Further in, it may be a PDF in an archive that is not packed.
        int pdf = head.indexOf("%PDF-", 0);
        return pdf >= 0 && pdf <= 64 ? lastEndMark(content) : OptionalLong.empty();
    }

    private static OptionalLong lastEndMark(Content content) throws IOException {
        int block = 64 * 1024;
        for (long from = Math.max(0, content.size() - block);; from = Math.max(0, from - block + 4)) {
            int found = Bytes.of(content, from, block).lastIndexOf("%%EOF", block);
            if (found >= 0) {
                return OptionalLong.of(from + found + 5);
            }
            if (from == 0) {
                return OptionalLong.empty();
            }
        }
    }

    private static OptionalLong closingBrace(Content content) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long position = 0;
        int depth = 0;
        boolean escaped = false;
        for (int read = content.read(position, buffer, 0, buffer.length); read > 0; read = content.read(position, buffer, 0, buffer.length)) {
            for (int i = 0; i < read; i++) {
                byte b = buffer[i];
                if (escaped) {
                    escaped = false;
                } else if (b == '\\') {
                    escaped = true;
                } else if (b == '{') {
                    depth++;
                } else if (b == '}' && --depth == 0) {
                    return OptionalLong.of(position + i + 1);
                }
            }
            position += read;
        }
        return OptionalLong.empty();
    }

    private static Appended sniff(Content content, long end) throws IOException {
        Bytes tail = Bytes.of(content, end, REACH);
        int start = 0;
        while (start < tail.size() && (tail.u8(start) <= ' ')) {
            start++;
        }
        Set<Type> types = EnumSet.noneOf(Type.class);
        int first = -1;
        for (int i = start; i < tail.size() - 3; i++) {
            Type type = magic(content, tail, end, i);
            if (type != null && types.add(type) && first < 0) {
                first = i;
            }
        }
        if (first < 0 && start < tail.size()) {
            Bytes rest = new Bytes(tail.from(start).latin1(0, TextSniffer.REACH).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            var text = TextSniffer.text(rest);
            if (text.isPresent()) {
                Set<Type> textual = TextSniffer.types(text.get(), "");
                textual.retainAll(Set.of(Type.HTML, Type.SVG, Type.SCRIPT, Type.ENCODED_SCRIPT, Type.RTF));
                if (!textual.isEmpty()) {
                    return new Appended(end + start, textual);
                }
            }
        }
        return first < 0 ? NOTHING : new Appended(end + first, types);
    }

    private static @org.jspecify.annotations.Nullable Type magic(Content content, Bytes tail, long end, int i) throws IOException {
        switch (tail.u8(i)) {
            case 'P' -> {
                if (tail.at(i, "PK\3\4") && tail.u16(i + 4) < 100 && tail.u16(i + 8) < 100) {
                    return Type.ZIP;
                }
            }
            case 'M' -> {
                if (tail.at(i, "MSCF\0\0\0\0")) {
                    return Type.CAB;
                }
                if (tail.at(i, "MZ") && PortableExecutable.hasNewHeader(content, end + i)) {
                    return Type.PE;
                }
            }
            case 'R' -> {
                if (tail.at(i, "Rar!\32\7\0")) {
                    return Type.RAR4;
                }
                if (tail.at(i, "Rar!\32\7\1\0")) {
                    return Type.RAR5;
                }
            }
            case '7' -> {
                if (tail.at(i, "7z\274\257\47\34")) {
                    return Type.SEVEN_ZIP;
                }
            }
            case 0x7f -> {
                if (tail.at(i, "\177ELF") && (tail.u8(i + 4) == 1 || tail.u8(i + 4) == 2) && tail.u8(i + 6) == 1) {
                    return Type.ELF;
                }
            }
            case '%' -> {
                if (tail.at(i, "%PDF-1.") || tail.at(i, "%PDF-2.")) {
                    return Type.PDF;
                }
            }
            case 0xd0 -> {
                if (tail.at(i, "\320\317\21\340\241\261\32\341")) {
                    return Type.OLE2;
                }
            }
            case 0xfd -> {
                if (tail.at(i, "\3757zXZ\0")) {
                    return Type.XZ;
                }
            }
            case '<' -> {
                String lower = tail.latin1(i, 18).toLowerCase(java.util.Locale.ROOT);
                if (lower.startsWith("<script") || lower.startsWith("<html") || lower.startsWith("<hta:") || lower.startsWith("<!doctype html")
                    || lower.startsWith("<iframe")) {
                    return Type.HTML;
                }
            }
            case '#' -> {
                if (tail.at(i, "#@~^")) {
                    return Type.ENCODED_SCRIPT;
                }
            }
            default -> {
            }
        }
        return null;
    }

    /** Where the format at the beginning ends, for the formats that say so. */
    private static OptionalLong end(Content content) throws IOException {
        Bytes head = Bytes.of(content, 0, 64);
        if (head.at(0, "\211PNG\r\n\32\n")) {
            return png(content);
        }
        if (head.at(0, "\377\330\377")) {
            return jpeg(content);
        }
        if (head.at(0, "GIF8")) {
            return gif(content);
        }
        if (head.at(0, "BM") && head.u32(14) >= 12 && head.u32(14) <= 124) {
            return bounded(head.u32(2), content, 26);
        }
        if (head.at(0, "RIFF")) {
            return bounded(head.u32(4) + 8, content, 12);
        }
        return OptionalLong.empty();
    }

    private static OptionalLong bounded(long end, Content content, int least) {
        return end >= least && end < content.size() ? OptionalLong.of(end) : OptionalLong.empty();
    }

    private static OptionalLong png(Content content) throws IOException {
        long at = 8;
        while (at + 12 <= content.size()) {
            Bytes chunk = Bytes.of(content, at, 8);
            long length = chunk.u32be(0);
            at += 12 + length;
            if (chunk.at(4, "IEND")) {
                return OptionalLong.of(at);
            }
        }
        return OptionalLong.empty();
    }

    /** Segments up to the scan, then the first end marker in the entropy-coded data (ITU-T T.81 B.1.1.2: FF there is stuffed with 00). */
    private static OptionalLong jpeg(Content content) throws IOException {
        long at = 2;
        while (at + 4 <= content.size()) {
            Bytes segment = Bytes.of(content, at, 4);
            if (segment.u8(0) != 0xff) {
                return OptionalLong.empty();
            }
            int marker = segment.u8(1);
            if (marker == 0xd9) {
                return OptionalLong.of(at + 2);
            }
            if (marker == 0xff || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8) {
                at += marker == 0xff ? 1 : 2;
                continue;
            }
            at += 2 + segment.u16be(2);
            if (marker == 0xda) {
                at = endOfScan(content, at);
                if (at < 0) {
                    return OptionalLong.empty();
                }
            }
        }
        return OptionalLong.empty();
    }

    private static long endOfScan(Content content, long from) throws IOException {
        byte[] buffer = new byte[32 * 1024];
        long position = from;
        boolean escape = false;
        while (true) {
            int read = content.read(position, buffer, 0, buffer.length);
            if (read <= 0) {
                return -1;
            }
            for (int i = 0; i < read; i++) {
                int b = buffer[i] & 0xff;
                if (escape && b != 0 && b != 0xff && (b < 0xd0 || b > 0xd7)) {
                    return position + i - 1;
                }
                escape = b == 0xff;
            }
            position += read;
        }
    }

    private static OptionalLong gif(Content content) throws IOException {
        Bytes head = Bytes.of(content, 0, 13);
        long at = 13 + colours(head.u8(10));
        while (at < content.size()) {
            Bytes block = Bytes.of(content, at, 10);
            switch (block.u8(0)) {
                case 0x3b -> {
                    return OptionalLong.of(at + 1);
                }
                case 0x21 -> at = subBlocks(content, at + 2);
                case 0x2c -> at = subBlocks(content, at + 10 + colours(block.u8(9)) + 1);
                default -> {
                    // Readers stop at what is no block.
                    return OptionalLong.of(at);
                }
            }
        }
        return OptionalLong.empty();
    }

    private static int colours(int flags) {
        return flags >= 0 && (flags & 0x80) != 0 ? 3 << (flags & 7) + 1 : 0;
    }

    private static long subBlocks(Content content, long from) throws IOException {
        long at = from;
        byte[] length = new byte[1];
        while (content.read(at, length, 0, 1) == 1) {
            at += 1 + (length[0] & 0xff);
            if (length[0] == 0) {
                break;
            }
        }
        return at;
    }
}
