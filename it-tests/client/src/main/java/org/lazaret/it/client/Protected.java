package org.lazaret.it.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import net.lingala.zip4j.io.inputstream.ZipInputStream;
import net.lingala.zip4j.model.LocalFileHeader;

/** The files that a released mail brings: a zip, and a note with its password. */
public final class Protected {
    public static final String ZIP = "attachments.zip";
    public static final String NOTE = "attachments-password.txt";

    private Protected() {
    }

    /** The password, as a person would read it off: what stands alone on the line behind the one that announces it. */
    public static String password(String note) throws IOException {
        return note.lines().dropWhile(line -> !line.startsWith("Password for ")).skip(1).findFirst()
            .orElseThrow(() -> new IOException("No password in: " + note)).strip();
    }

    /**
     * The files in a zip by name.
     *
     * @throws IOException also when a file is not encrypted, or with another password
     */
    public static Map<String, byte[]> open(byte[] zip, String password) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip), password.toCharArray())) {
            for (LocalFileHeader header = in.getNextEntry(); header != null; header = in.getNextEntry()) {
                if (!header.isEncrypted() || header.getAesExtraDataRecord() == null) {
                    throw new IOException(header.getFileName() + " is not encrypted with AES");
                }
                files.put(header.getFileName(), in.readAllBytes());
            }
        }
        return files;
    }
}
