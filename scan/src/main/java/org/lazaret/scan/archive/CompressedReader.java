package org.lazaret.scan.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.z.ZCompressorInputStream;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Bytes;
import org.lazaret.scan.type.Type;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.XZInputStream;

/** Single packed files: gzip (RFC 1952, any number of members), bzip2, xz, lzma, zstd (RFC 8878), lz4, compress, Microsoft's SZDD. */
final class CompressedReader implements Archives.Reader {
    static final Set<Type> TYPES = EnumSet.of(Type.GZIP, Type.BZIP2, Type.XZ, Type.LZMA, Type.ZSTD, Type.LZ4, Type.LZIP, Type.UNIX_COMPRESS,
        Type.SZDD);

    private static final Pattern SUFFIX = Pattern.compile("\\.(?:gz|gzip|bz2|bz|xz|lzma|zst|zstd|lz4|lz|z)$", Pattern.CASE_INSENSITIVE);
    private static final Pattern TAR_SUFFIX = Pattern.compile("\\.(?:tgz|tbz2?|txz|tlz|tzst|taz)$", Pattern.CASE_INSENSITIVE);
    private static final int MEMORY = Memory.MAX_DICTIONARY << 10;

    @Override
    public void read(Item item, Entries entries) throws IOException, LimitExceeded {
        Type type = TYPES.stream().filter(item::is).findFirst().orElseThrow();
        if (type == Type.SZDD) {
            entries.finding("archive.odd-format", "szdd");
        }
        boolean large = type == Type.XZ || type == Type.LZMA || type == Type.LZIP;
        try (Memory reserved = Memory.reserve(large ? Memory.MAX_DICTIONARY : type == Type.ZSTD ? 16 : 1, entries.examination());
            InputStream packed = new Slice(item.content(), 0, item.content().size());
            InputStream in = open(type, packed, item)) {
            BufferedInputStream unpacked = new BufferedInputStream(in, 8192);
            if (isArchive(unpacked)) {
                entries.finding("archive.repacked", name(item, in));
            }
            entries.entry(name(item, in), unpacked, item.content().size());
        } catch (org.tukaani.xz.MemoryLimitException | org.apache.commons.compress.MemoryLimitException e) {
            entries.unscannable(Reason.OVER_LIMIT, "memory: " + e.getMessage());
        }
    }

    /** Packing a packed archive again gains nothing but a layer that a filter must take off. */
    private static boolean isArchive(BufferedInputStream in) throws IOException {
        byte[] start = new byte[8];
        in.mark(start.length);
        try {
            int length = in.readNBytes(start, 0, start.length);
            Bytes head = new Bytes(Arrays.copyOf(start, length));
            return head.at(0, "PK\3\4") || head.at(0, "Rar!\32\7") || head.at(0, "7z\274\257\47\34") || head.at(0, "\37\213\10")
                || head.at(0, "\3757zXZ") || head.at(0, "BZh") && head.at(4, "1AY&") || head.at(0, "MSCF\0\0\0\0");
        } catch (IOException | RuntimeException e) {
            return false;
        } finally {
            in.reset();
        }
    }

    private static InputStream open(Type type, InputStream packed, Item item) throws IOException {
        return switch (type) {
            case GZIP -> GzipCompressorInputStream.builder().setInputStream(packed).setDecompressConcatenated(true).get();
            case BZIP2 -> new BZip2CompressorInputStream(packed, true);
            case XZ -> new XZInputStream(packed, MEMORY);
            case LZMA -> new LZMAInputStream(packed, MEMORY);
            case ZSTD -> new ZstdInputStream(packed);
            case LZ4 -> new FramedLZ4CompressorInputStream(new BufferedInputStream(packed), true);
            case UNIX_COMPRESS -> new ZCompressorInputStream(packed, MEMORY);
            case LZIP -> lzip(packed);
            case SZDD -> {
                if (!Bytes.of(item.content(), 0, 8).at(0, "SZDD\210\360\47\63")) {
                    throw new UnsupportedCompression("szdd: not the common variant");
                }
                yield new SzddInputStream(packed);
            }
            default -> throw new UnsupportedCompression(type.name());
        };
    }

    /** Header (version 1): "LZIP", version, coded dictionary size; then LZMA with lc=3 lp=0 pb=2 and an end marker. */
    private static InputStream lzip(InputStream packed) throws IOException {
        byte[] header = packed.readNBytes(6);
        int power = header[5] & 0x1f;
        if (header[4] != 1 || power < 12 || power > 26) {
            throw new UnsupportedCompression("lzip: version " + header[4] + ", dictionary 2^" + power);
        }
        int dictionary = (1 << power) - ((1 << power) / 16) * ((header[5] & 0xff) >> 5);
        return new LZMAInputStream(packed, -1, (byte) 93, dictionary);
    }

    /** The name inside, where the format has one, or the name without its last extension. */
    private static String name(Item item, InputStream in) {
        if (in instanceof GzipCompressorInputStream gzip && gzip.getMetaData().getFileName() != null && !gzip.getMetaData().getFileName().isBlank()) {
            return gzip.getMetaData().getFileName();
        }
        String own = item.name();
        if (TAR_SUFFIX.matcher(own).find()) {
            return TAR_SUFFIX.matcher(own).replaceFirst(".tar");
        }
        if (own.toLowerCase(Locale.ROOT).endsWith("_")) {
            return own.substring(0, own.length() - 1);
        }
        return SUFFIX.matcher(own).find() ? SUFFIX.matcher(own).replaceFirst("") : own.isEmpty() ? "" : own + ".unpacked";
    }
}
