package org.lazaret.scan.type;

/** The types that are told apart by their bytes. */
public enum Type {
    // executables
    PE("application/vnd.microsoft.portable-executable"), DOS_EXE("application/x-dosexec"), ELF("application/x-elf"),
    MACH_O("application/x-mach-binary"), JAVA_CLASS("application/java-vm"), DEX("application/vnd.android.dex"),
    WASM("application/wasm"), LNK("application/x-ms-shortcut"), CHM("application/vnd.ms-htmlhelp"),
    // scripts and markup
    SCRIPT("text/x-script"), ENCODED_SCRIPT("application/x-encoded-script"), HTML("text/html"), SVG("image/svg+xml"),
    XML("application/xml"),
    // documents
    OLE2("application/x-ole-storage"), MSI("application/x-msi"), OOXML("application/vnd.openxmlformats-officedocument"),
    ODF("application/vnd.oasis.opendocument"),
    RTF("application/rtf"), PDF("application/pdf"), POSTSCRIPT("application/postscript"), ONENOTE("application/onenote"),
    MS_ACCESS("application/x-msaccess"), SYLK("application/x-sylk"), TNEF("application/vnd.ms-tnef"), MIME_MESSAGE("message/rfc822"),
    ICALENDAR("text/calendar"),
    VCARD("text/vcard"),
    // archives and disk images
    ZIP("application/zip"), JAR("application/java-archive"), APK("application/vnd.android.package-archive"), MSIX("application/msix"),
    SEVEN_ZIP("application/x-7z-compressed"), RAR4("application/vnd.rar"), RAR5("application/vnd.rar"), TAR("application/x-tar"),
    GZIP("application/gzip"),
    BZIP2("application/x-bzip2"), XZ("application/x-xz"), LZMA("application/x-lzma"), ZSTD("application/zstd"), LZIP("application/x-lzip"),
    LZ4("application/x-lz4"),
    UNIX_COMPRESS("application/x-compress"), CAB("application/vnd.ms-cab-compressed"), ARJ("application/x-arj"),
    AR("application/x-archive"), CPIO("application/x-cpio"),
    LHA("application/x-lzh-compressed"), ACE("application/x-ace-compressed"), RPM("application/x-rpm"), SZDD("application/x-ms-compress"),
    ISO9660("application/x-iso9660-image"), UDF("application/x-udf-image"), VHD("application/x-vhd"), VHDX("application/x-vhdx"),
    WIM("application/x-ms-wim"), DMG("application/x-apple-diskimage"),
    // pictures, sound, fonts, the rest
    PNG("image/png"), JPEG("image/jpeg"), GIF("image/gif"), BMP("image/bmp"), TIFF("image/tiff"), WEBP("image/webp"), ICO("image/x-icon"),
    EMF("image/emf"), WMF("image/wmf"), HEIF("image/heif"),
    AUDIO("audio/basic"), VIDEO("video/mp4"), FONT("font/ttf"), FLASH("application/vnd.adobe.flash.movie"),
    IPA("application/x-ios-app"), XAR("application/x-xar"), ALZ("application/x-alz"), EGG("application/x-egg"),
        SIS("application/vnd.symbian.install"),
    ODD_ARCHIVE("application/x-archive-odd"), DISK_IMAGE("application/x-raw-disk-image"), PST("application/vnd.ms-outlook-pst"),
    PGP("application/pgp-encrypted"),
    PKCS7("application/pkcs7-mime"), TEXT("text/plain"), EMPTY("application/x-empty"), UNKNOWN("application/octet-stream");

    private final String mediaType;

    Type(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }
}
