package org.lazaret.scan.type;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Judges what an item is by its bytes: programs, scripts, shortcuts; a type that name or declaration hide; bytes that are several
 * types at once.
 */
public final class TypeAnalyser implements Analyser {
    private static final Map<Type, String> RULES = Map.ofEntries(
        Map.entry(Type.PE, "type.program.windows"), Map.entry(Type.DOS_EXE, "type.program.dos"), Map.entry(Type.ELF, "type.program.elf"),
        Map.entry(Type.MACH_O, "type.program.mach-o"), Map.entry(Type.JAVA_CLASS, "type.program.java"), Map.entry(Type.JAR, "type.program.jar"),
        Map.entry(Type.DEX, "type.program.android"), Map.entry(Type.APK, "type.program.android"), Map.entry(Type.IPA, "type.program.ios"),
        Map.entry(Type.WASM, "type.program.wasm"), Map.entry(Type.MSI, "type.program.installer"), Map.entry(Type.MSIX, "type.program.installer"),
        Map.entry(Type.RPM, "type.program.package"), Map.entry(Type.SIS, "type.program.package"), Map.entry(Type.LNK, "type.shell.link"),
        Map.entry(Type.CHM, "type.program.help"), Map.entry(Type.ENCODED_SCRIPT, "type.script.encoded"), Map.entry(Type.FLASH, "type.program.flash"),
        Map.entry(Type.MS_ACCESS, "type.database"), Map.entry(Type.PST, "type.mail-store"));

    @Override
    public boolean handles(Item item) {
        return !item.is(Type.EMPTY);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        for (Type type : new TreeSet<>(item.types())) {
            String rule = RULES.get(type);
            if (rule != null) {
                examination.finding(item, rule, type == Type.LNK ? ShellLink.target(Bytes.of(item.content(), 0, 64 * 1024)) : type.mediaType());
            }
        }
        if (item.is(Type.PE)) {
            Optional<PortableExecutable> program = PortableExecutable.read(item.content());
            if (program.isPresent() && program.get().isExcelAddIn()) {
                examination.finding(item, "type.program.add-in", "exports xlAutoOpen");
            }
        }
        text(item, examination);
        mismatch(item, examination);
        Set<Type> makes = Families.makes(item.types());
        if (makes.size() > 1 && !item.is(Type.PE)) {
            boolean program = item.types().stream().anyMatch(type -> Families.of(type) == Families.PROGRAM);
            examination.finding(item, program ? "type.polyglot.program" : "type.polyglot", names(makes));
        }
    }

    private static void text(Item item, Examination examination) throws IOException {
        Bytes head = Bytes.of(item.content(), 0, TextSniffer.REACH);
        Optional<String> text = TextSniffer.text(head);
        if (text.isEmpty()) {
            return;
        }
        for (String rule : ShellFiles.rules(text.get())) {
            examination.finding(item, rule, text.get().strip().lines().findFirst().orElse(""));
        }
        if (item.is(Type.SCRIPT)) {
            String start = text.get().strip().lines().findFirst().orElse("");
            examination.finding(item, start.startsWith("#!") || TextSniffer.isScript(text.get()) ? "type.script" : "type.script.named", start);
        }
    }

    private static void mismatch(Item item, Examination examination) {
        Families named = Families.ofExtension(TextSniffer.extension(item.name()));
        Families declared = Families.ofMediaType(item.declaredType());
        for (Families claimed : named == declared ? List.of(named) : List.of(named, declared)) {
            if (claimed == Families.OTHER) {
                continue;
            }
            Optional<String> rule = mismatch(claimed, item);
            if (rule.isPresent()) {
                examination.finding(item, rule.get(), names(item.types()) + " as " + claimed.name().toLowerCase(Locale.ROOT));
                return;
            }
        }
    }

    private static Optional<String> mismatch(Families claimed, Item item) {
        Set<Families> seen = item.types().stream().map(Families::of).collect(Collectors.toSet());
        boolean document = seen.contains(Families.DOCUMENT);
        if (seen.contains(Families.PROGRAM)) {
            return Optional.of("type.mismatch.program");
        }
        if (seen.contains(Families.DISK)) {
            return Optional.of("type.mismatch.disk-image");
        }
        if (item.is(Type.SCRIPT) && claimed != Families.TEXT) {
            return Optional.of("type.mismatch.script");
        }
        if (seen.contains(Families.ARCHIVE) && !(document && (item.is(Type.OOXML) || item.is(Type.ODF)))) {
            return Optional.of("type.mismatch.archive");
        }
        if (seen.contains(Families.PAGE)) {
            return claimed == Families.TEXT ? Optional.of("type.mismatch.page-as-text") : Optional.of("type.mismatch.page");
        }
        if (claimed == Families.DOCUMENT && document) {
            return documents(item);
        }
        if (claimed != Families.DOCUMENT && document) {
            return Optional.of(item.is(Type.OLE2) || item.is(Type.OOXML) || item.is(Type.RTF) ? "type.mismatch.document" : "type.mismatch.minor");
        }
        return Optional.empty();
    }

    /** Word opens PDF as PDF whatever it is called; among Office formats, programs and their users mix up names all the time. */
    private static Optional<String> documents(Item item) {
        String extension = TextSniffer.extension(item.name());
        if (item.is(Type.PDF) != extension.equals("pdf") && !extension.isEmpty() && Families.ofExtension(extension) == Families.DOCUMENT) {
            return Optional.of("type.mismatch.document");
        }
        return Optional.empty();
    }

    private static String names(Set<Type> types) {
        return new TreeSet<>(types).stream().map(Type::name).collect(Collectors.joining("+"));
    }
}
