package org.lazaret.scan.type;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lazaret.scan.inspect.Content;

/**
 * The headers of a Windows executable ("PE Format", Microsoft): as much as tells an Excel add-in and the end of the image.
 *
 * @param dll     a library
 * @param end     position behind the last section and the certificate table: what follows is an overlay
 * @param exports names of exported functions, at most {@value #MAX_EXPORTS}
 */
record PortableExecutable(boolean dll, long end, List<String> exports) {
    private static final int MAX_EXPORTS = 4096;
    private static final int MAX_SECTIONS = 96;
    private static final int HEADERS = 64 * 1024;

    PortableExecutable {
        exports = List.copyOf(exports);
    }

    private record Section(long virtualAddress, long virtualSize, long rawPosition, long rawSize) {
    }

    /** Whether MZ at a place leads to a valid {@code PE\0\0}, or to the 16-bit NE, LE and LX headers. */
    static boolean hasNewHeader(Content content, long start) throws IOException {
        Bytes dos = Bytes.of(content, start, 64);
        long header = dos.u32(0x3c);
        if (!dos.at(0, "MZ") && !dos.at(0, "ZM") || header < 4) {
            return false;
        }
        Bytes signature = Bytes.of(content, start + header, 4);
        return signature.at(0, "PE\0\0");
    }

    static Optional<PortableExecutable> read(Content content) throws IOException {
        if (!hasNewHeader(content, 0)) {
            return Optional.empty();
        }
        long header = Bytes.of(content, 0, 64).u32(0x3c);
        Bytes coff = Bytes.of(content, header, HEADERS);
        int sections = Math.clamp(coff.u16(6), 0, MAX_SECTIONS);
        int optionalSize = Math.max(coff.u16(20), 0);
        int characteristics = Math.max(coff.u16(22), 0);
        boolean plus = coff.u16(24) == 0x20b;
        int directories = 24 + (plus ? 112 : 96);
        List<Section> table = new ArrayList<>();
        long end = header + 24 + optionalSize;
        for (int i = 0; i < sections; i++) {
            int at = 24 + optionalSize + 40 * i;
            Section section = new Section(coff.u32(at + 12), coff.u32(at + 8), coff.u32(at + 20), coff.u32(at + 16));
            if (section.rawSize() > 0 && section.rawPosition() >= 0) {
                table.add(section);
                end = Math.max(end, section.rawPosition() + section.rawSize());
            }
        }
        long certificates = coff.u32(directories + 32);
        long certificatesSize = coff.u32(directories + 36);
        if (certificates >= end && certificatesSize > 0 && certificates + certificatesSize <= content.size()) {
            end = certificates + certificatesSize;
        }
        return Optional.of(new PortableExecutable((characteristics & 0x2000) != 0, end, exports(content, coff.u32(directories), table)));
    }

    private static List<String> exports(Content content, long exportAddress, List<Section> table) throws IOException {
        List<String> names = new ArrayList<>();
        if (exportAddress <= 0) {
            return names;
        }
        Bytes directory = Bytes.of(content, position(exportAddress, table), 40);
        long count = Math.min(directory.u32(24), MAX_EXPORTS);
        long namesAt = position(directory.u32(32), table);
        if (count <= 0 || namesAt < 0) {
            return names;
        }
        Bytes pointers = Bytes.of(content, namesAt, (int) count * 4);
        for (int i = 0; i < count; i++) {
            long at = position(pointers.u32(4 * i), table);
            if (at < 0) {
                continue;
            }
            String name = Bytes.of(content, at, 64).latin1(0, 64);
            int nul = name.indexOf('\0');
            names.add(nul < 0 ? name : name.substring(0, nul));
        }
        return names;
    }

    private static long position(long address, List<Section> table) {
        for (Section section : table) {
            long length = Math.max(section.virtualSize(), section.rawSize());
            if (address >= section.virtualAddress() && address < section.virtualAddress() + length) {
                return section.rawPosition() + address - section.virtualAddress();
            }
        }
        return -1;
    }

    /** Whether Excel would load it as an add-in: it calls {@code xlAutoOpen}. */
    boolean isExcelAddIn() {
        return exports.stream().anyMatch(name -> name.startsWith("xlAutoOpen") || name.equals("xlAutoRegister") || name.equals("xlAutoRegister12"));
    }
}
