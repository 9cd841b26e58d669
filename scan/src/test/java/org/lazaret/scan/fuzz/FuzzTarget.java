package org.lazaret.scan.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lazaret.scan.Limits;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/**
 * What the bytes of a fuzzer are scanned as, and what must hold whatever they are: a verdict within the limits, never a failed one, and no
 * parser that breaks off by a mistake of its own. A defect of the content is a finding or an obstacle; an index out of bounds is neither.
 */
public enum FuzzTarget {
    /** The walk over a message, its decoders and readings. */
    MESSAGE {
        @Override
        Verdict scan(byte[] data) {
            return SCANNER.scanMessage(MessageSource.of(data));
        }
    },
    /** A header of a part: parameters, encoded words, boundaries. */
    PART_HEADER {
        @Override
        Verdict scan(byte[] data) {
            return SCANNER.scanMessage(MessageSource.of(concat("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", data,
                "\r\n\r\nTVqQAAMAAAAEAAAA//8AALgAAAAA\r\n--b--\r\n")));
        }
    },
    /** File names. */
    NAME {
        @Override
        Verdict scan(byte[] data) {
            return file(new String(data, StandardCharsets.UTF_8), new byte[] {'x'});
        }
    },
    /** Types by their bytes. */
    TYPE("data.bin"),
    ZIP("a.zip"),
    SEVEN_ZIP("a.7z"),
    RAR("a.rar"),
    TAR("a.tar"),
    GZIP("a.gz"),
    CAB("a.cab"),
    ARJ("a.arj"),
    AR("a.deb"),
    CPIO("a.cpio"),
    ISO("a.iso"),
    LZMA("a.xz"),
    OLE("a.doc"),
    XLS("a.xls"),
    /** The main part of a Word document. */
    DOCX {
        @Override
        Verdict scan(byte[] data) {
            return file("a.docx", ooxml("word/document.xml",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", data));
        }
    },
    /** The relationships of a package. */
    RELATIONSHIPS {
        @Override
        Verdict scan(byte[] data) {
            return file("a.docx", ooxml("word/_rels/document.xml.rels", "application/xml", data));
        }
    },
    /** A sheet of an Excel workbook. */
    XLSX {
        @Override
        Verdict scan(byte[] data) {
            return file("a.xlsx", ooxml("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", data));
        }
    },
    RTF("a.rtf"),
    PDF("a.pdf"),
    ONENOTE("a.one"),
    TNEF("winmail.dat"),
    HTML("a.html"),
    SVG("a.svg"),
    ICALENDAR("a.ics"),
    LNK("a.lnk"),
    CHM("a.chm");

    static final Limits LIMITS = new Limits(Duration.ofSeconds(5), 32L << 20, 500, 8, 200, 1 << 18);

    private static final Scanner SCANNER = new Scanner(new ScanSettings(LIMITS, Optional.empty(), Path.of(System.getProperty("java.io.tmpdir"))));
    private static final Pattern MISTAKE = Pattern.compile(
        "NullPointerException|IndexOutOfBoundsException|ClassCastException|NegativeArraySizeException|ArithmeticException|NoSuchElementException"
            + "|ConcurrentModificationException|StackOverflowError|OutOfMemoryError|AssertionError|LinkageError|NoClassDefFoundError");

    /** What {@link #fuzzerTestOneInput} feeds. */
    private static FuzzTarget chosen = MESSAGE;

    private final String fileName;

    FuzzTarget() {
        this("");
    }

    FuzzTarget(String fileName) {
        this.fileName = fileName;
    }

    Verdict scan(byte[] data) {
        return file(fileName, data);
    }

    /** As on the command line and in folders: lower case. */
    String keyword() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Scans, and throws when something does not hold. */
    void check(byte[] data) {
        long begin = System.nanoTime();
        Verdict verdict = scan(data);
        long millis = (System.nanoTime() - begin) / 1_000_000;
        List<String> obstacles = switch (verdict) {
            case Verdict.Scanned scanned -> List.of();
            case Verdict.NotScannable unscannable -> unscannable.obstacles().stream().map(Unscannable::detail).toList();
            case Verdict.Failed failed -> throw new AssertionError("The scan failed: " + failed.cause());
        };
        String input = new String(data, StandardCharsets.ISO_8859_1).replace("\0", "");
        for (String obstacle : obstacles) {
            Matcher mistake = MISTAKE.matcher(obstacle);
            // Obstacles quote names out of the input, and the search learns what is looked for here.
            if (mistake.find() && !input.contains(mistake.group())) {
                throw new AssertionError("A parser broke off: " + obstacle);
            }
        }
        if (millis > 3 * LIMITS.time().toMillis()) {
            throw new AssertionError("The scan took " + millis + " ms");
        }
    }

    /** Called by Jazzer with the name of a target. */
    public static void fuzzerInitialize(String[] arguments) {
        chosen = Arrays.stream(values()).filter(target -> target.keyword().equals(arguments[0])).findFirst()
            .orElseThrow(() -> new IllegalArgumentException("No target " + arguments[0]));
    }

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] data) {
        chosen.check(data);
    }

    private static Verdict file(String name, byte[] data) {
        return SCANNER.scanFile(name, "application/octet-stream", new ByteArrayInputStream(data));
    }

    private static byte[] concat(String before, byte[] data, String after) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(before.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(data);
        bytes.writeBytes(after.getBytes(StandardCharsets.ISO_8859_1));
        return bytes.toByteArray();
    }

    static byte[] ooxml(String part, String type, byte[] data) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "[Content_Types].xml", ("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Override PartName=\"/" + part + "\" ContentType=\"" + type + "\"/></Types>").getBytes(StandardCharsets.UTF_8));
            put(zip, "_rels/.rels", ("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r\" "
                + "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"" + part
                + "\"/></Relationships>").getBytes(StandardCharsets.UTF_8));
            put(zip, part, data);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(data);
        zip.closeEntry();
    }
}
