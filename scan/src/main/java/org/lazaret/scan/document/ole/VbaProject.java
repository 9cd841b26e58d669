package org.lazaret.scan.document.ole;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.lazaret.scan.document.ole.CompoundFile.Entry;

/**
 * The VBA code of a compound file ([MS-OVBA]), found by what streams hold, not by what they are called: the {@code dir} stream by its
 * first record, source by its compressed {@code Attribute} line, p-code by the magic of {@code _VBA_PROJECT}.
 *
 * @param modules    every piece of source that was found, with where it lay
 * @param compiled   names and strings in the compiled form, lower case; empty when there is no project
 * @param present    whether a project is there at all
 * @param sourceless names of modules that the project lists but that have no source
 */
public record VbaProject(List<Module> modules, String compiled, boolean present, List<String> sourceless) {
    /** Streams longer than this are looked at up to here. */
    static final int MAX_STREAM = 8 << 20;
    private static final int MAX_MODULES = 2000;
    private static final int MAX_COMPILED = 4 << 20;
    private static final byte[] SOURCE = "\0Attribut".getBytes(StandardCharsets.ISO_8859_1);
    private static final Set<String> BULK = Set.of("worddocument", "data", "0table", "1table", "workbook", "book", "powerpoint document",
        "pictures", "encryptedpackage", "visiodocument");

    /** @param source the text as stored, its bytes taken as characters */
    public record Module(String path, String source) {
    }

    public VbaProject {
        modules = List.copyOf(modules);
        sourceless = List.copyOf(sourceless);
    }

    /** Source of all modules, one after the other. */
    public String source() {
        StringBuilder all = new StringBuilder();
        for (Module module : modules) {
            all.append(module.source).append('\n');
        }
        return all.toString();
    }

    /** Looks through all streams; what cannot be read is passed over, and then the project counts as present without source. */
    public static VbaProject of(CompoundFile file) throws IOException {
        List<Module> modules = new ArrayList<>();
        List<String> sourceless = new ArrayList<>();
        StringBuilder compiled = new StringBuilder();
        Set<Integer> withSource = new HashSet<>();
        boolean present = false;
        for (Entry entry : file.streams()) {
            boolean bulk = BULK.contains(entry.name().toLowerCase(Locale.ROOT)) && (entry.parent() <= 0 || entry.size() > MAX_STREAM);
            if (bulk || entry.size() < 4 || modules.size() >= MAX_MODULES) {
                continue;
            }
            byte[] bytes = file.head(entry, MAX_STREAM);
            int found = collect(bytes, entry.path(), modules);
            if (found >= 0) {
                withSource.add(entry.index());
                present = true;
            }
            boolean isProject = bytes.length > 6 && Bytes.u16(bytes, 0) == 0x61cc && entry.size() > 7;
            present |= isProject;
            if ((isProject || found > 0) && compiled.length() < MAX_COMPILED) {
                int end = found > 0 ? found : bytes.length;
                compiled.append(names(bytes, Math.min(end, MAX_COMPILED))).append('\n');
            }
        }
        for (Entry entry : file.streams()) {
            if (entry.size() < 8 || entry.size() > MAX_STREAM || entry.parent() <= 0) {
                continue;
            }
            byte[] head = file.head(entry, 8);
            if (!Ovba.begins(head, 0)) {
                continue;
            }
            byte[] dir = Ovba.unpack(file.head(entry, MAX_STREAM), 0);
            if (dir.length > 10 && Bytes.u16(dir, 0) == 1 && Bytes.i32(dir, 2) == 4) {
                present = true;
                for (Listed listed : listed(dir)) {
                    resolve(file, entry, listed, withSource, modules, sourceless, compiled);
                }
            }
        }
        return new VbaProject(modules, compiled.toString().toLowerCase(Locale.ROOT), present, sourceless);
    }

    /** The source in bytes that are no readable compound file. */
    static List<Module> carve(byte[] bytes, String path) {
        List<Module> modules = new ArrayList<>();
        collect(bytes, path, modules);
        return modules;
    }

    private static int collect(byte[] bytes, String path, List<Module> modules) {
        int first = -1;
        int at = 0;
        while (modules.size() < MAX_MODULES && (at = Bytes.indexOf(bytes, SOURCE, at)) >= 0) {
            if (Ovba.begins(bytes, at - 3)) {
                byte[] source = Ovba.unpack(bytes, at - 3);
                if (source.length > 0) {
                    modules.add(new Module(path, Bytes.latin(source)));
                    first = first < 0 ? at - 3 : first;
                }
            }
            at += SOURCE.length;
        }
        return first;
    }

    private record Listed(String stream, int offset) {
    }

    private static void resolve(CompoundFile file, Entry dir, Listed listed, Set<Integer> withSource, List<Module> modules,
                                List<String> sourceless, StringBuilder compiled) throws IOException {
        for (Entry entry : file.named(listed.stream)) {
            if (entry.parent() != dir.parent() || entry.kind() != CompoundFile.Kind.STREAM) {
                continue;
            }
            if (withSource.add(entry.index())) {
                byte[] bytes = file.head(entry, MAX_STREAM);
                byte[] source = Ovba.unpack(bytes, listed.offset);
                if (source.length == 0) {
                    sourceless.add(listed.stream);
                    compiled.append(names(bytes, bytes.length)).append('\n');
                } else {
                    modules.add(new Module(entry.path(), Bytes.latin(source)));
                    compiled.append(names(bytes, Math.clamp(listed.offset, 0, bytes.length))).append('\n');
                }
            }
            return;
        }
        sourceless.add(listed.stream);
    }

    private static List<Listed> listed(byte[] dir) {
        List<Listed> listed = new ArrayList<>();
        String stream = "";
        int offset = -1;
        int at = 0;
        while (at + 6 <= dir.length && listed.size() < MAX_MODULES) {
            int id = Bytes.u16(dir, at);
            long size = id == 0x0009 ? 6 : Bytes.u32(dir, at + 2);
            int data = at + 6;
            if (size > dir.length - data) {
                break;
            }
            int length = (int) size;
            switch (id) {
                case 0x001A -> stream = new String(dir, data, length, StandardCharsets.ISO_8859_1);
                case 0x0032 -> stream = new String(dir, data, length, StandardCharsets.UTF_16LE);
                case 0x0031 -> offset = length >= 4 ? Bytes.i32(dir, data) : -1;
                case 0x002B -> {
                    if (!stream.isEmpty()) {
                        listed.add(new Listed(stream, offset));
                    }
                    stream = "";
                    offset = -1;
                }
                default -> { }
            }
            at = data + length;
        }
        return listed;
    }

    /** Runs of four and more printable characters, 8 and 16 bits wide. */
    private static String names(byte[] bytes, int end) {
        StringBuilder names = new StringBuilder();
        StringBuilder run = new StringBuilder();
        for (int i = 0; i < end; i++) {
            collect(bytes[i], run, names);
        }
        flush(run, names);
        for (int i = 0; i + 1 < end; i++) {
            if (bytes[i + 1] == 0 && bytes[i] >= 0x20) {
                run.append((char) bytes[i++]);
            } else {
                flush(run, names);
            }
        }
        flush(run, names);
        return names.toString();
    }

    private static void collect(byte c, StringBuilder run, StringBuilder names) {
        if (c >= 0x20 && c < 0x7f) {
            run.append((char) c);
        } else {
            flush(run, names);
        }
    }

    private static void flush(StringBuilder run, StringBuilder names) {
        if (run.length() >= 4) {
            names.append(run).append('\n');
        }
        run.setLength(0);
    }
}
