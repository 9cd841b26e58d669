package org.lazaret.scan.type;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What kind of thing a type, a name and a declared media type stand for, so that they can be compared. */
enum Families {
    PROGRAM, ARCHIVE, DISK, DOCUMENT, PAGE, TEXT, PICTURE, MEDIA, OTHER;

    private static final Map<String, Families> BY_EXTENSION = Map.ofEntries(
        all(DOCUMENT,
            "pdf doc docx docm dot dotx dotm rtf odt ott xls xlsx xlsm xlsb xlt xltx ods ots ppt pptx pptm pps ppsx pot potx odp otp odg odf pub v"
                + "sd vsdx one msg wpd wps"),
        all(PICTURE, "jpg jpeg jpe jfif png gif bmp tif tiff webp heic heif avif ico emf wmf psd cur"),
        all(MEDIA, "mp3 mp4 m4a m4v wav avi mov mkv wmv wma mpg mpeg flac ogg oga ogv aac opus 3gp webm flv mid midi aif aiff amr ttf otf woff wof"
            + "f2"),
        all(TEXT, "txt csv tsv log md ics ical vcf vcard json yml yaml ini srt tex asc"))
        .entrySet().stream().flatMap(entry -> java.util.Arrays.stream(entry.getKey().split(" ")).map(extension -> Map.entry(extension,
            entry.getValue())))
        .collect(java.util.stream.Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private static Map.Entry<String, Families> all(Families family, String extensions) {
        return Map.entry(extensions, family);
    }

    static Families ofExtension(String extension) {
        return BY_EXTENSION.getOrDefault(extension, OTHER);
    }

    static Families ofMediaType(String mediaType) {
        if (mediaType.startsWith("image/") && !mediaType.startsWith("image/svg")) {
            return PICTURE;
        }
        if (mediaType.startsWith("audio/") || mediaType.startsWith("video/") || mediaType.startsWith("font/")) {
            return MEDIA;
        }
        if (mediaType.equals("application/pdf") || mediaType.equals("application/x-pdf") || mediaType.equals("application/msword")
            || mediaType.equals("application/rtf")
            || mediaType.equals("text/rtf") || mediaType.startsWith("application/vnd.ms-excel")
                || mediaType.startsWith("application/vnd.ms-powerpoint")
            || mediaType.startsWith("application/vnd.ms-word") || mediaType.startsWith("application/vnd.openxmlformats-officedocument")
            || mediaType.startsWith("application/vnd.oasis.opendocument")) {
            return DOCUMENT;
        }
        return mediaType.equals("text/calendar") || mediaType.equals("text/vcard") || mediaType.equals("text/csv") ? TEXT : OTHER;
    }

    static Families of(Type type) {
        return switch (type) {
            case PE, DOS_EXE, ELF, MACH_O, JAVA_CLASS, DEX, LNK, CHM, ENCODED_SCRIPT, MSI, JAR, APK, MSIX, IPA, RPM, SIS, WASM -> PROGRAM;
            case OLE2, OOXML, ODF, RTF, PDF, POSTSCRIPT, ONENOTE, MS_ACCESS, TNEF, PST -> DOCUMENT;
            case HTML, SVG -> PAGE;
            case ZIP, SEVEN_ZIP, RAR4, RAR5, TAR, GZIP, BZIP2, XZ, LZMA, ZSTD, LZIP, LZ4, UNIX_COMPRESS, CAB, ARJ, AR, CPIO, LHA, ACE, SZDD, XAR,
                ALZ, EGG, ODD_ARCHIVE -> ARCHIVE;
            case ISO9660, UDF, VHD, VHDX, WIM, DMG, DISK_IMAGE -> DISK;
            case XML, TEXT, ICALENDAR, VCARD, MIME_MESSAGE, SYLK, SCRIPT -> TEXT;
            case PNG, JPEG, GIF, BMP, TIFF, WEBP, ICO, EMF, WMF, HEIF -> PICTURE;
            case AUDIO, VIDEO, FONT, FLASH -> MEDIA;
            case PGP, PKCS7, EMPTY, UNKNOWN -> OTHER;
        };
    }

    /** Formats of different make in the same bytes; a format and its special form (a zip and a jar) are one. */
    static Set<Type> makes(Set<Type> types) {
        Set<Type> makes = EnumSet.noneOf(Type.class);
        for (Type type : types) {
            switch (type) {
                case ZIP, JAR, APK, MSIX, IPA, OOXML, ODF -> makes.add(Type.ZIP);
                case OLE2, MSI -> makes.add(Type.OLE2);
                case RAR4, RAR5 -> makes.add(Type.RAR4);
                case ISO9660, UDF, DISK_IMAGE, DMG, VHD, VHDX, WIM -> makes.add(Type.DISK_IMAGE);
                case HTML, SCRIPT, ENCODED_SCRIPT -> makes.add(Type.HTML);
                case TEXT, XML, SVG, ICALENDAR, VCARD, SYLK, PGP, POSTSCRIPT, PKCS7, EMPTY, UNKNOWN -> {
                }
                case MIME_MESSAGE -> {
                    if (types.contains(Type.PDF)) {
                        makes.add(Type.MIME_MESSAGE);
                    }
                }
                default -> makes.add(type);
            }
        }
        return makes;
    }
}
