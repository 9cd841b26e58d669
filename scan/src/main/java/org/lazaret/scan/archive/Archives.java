package org.lazaret.scan.archive;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/** The analysers of archives and disk images. */
public final class Archives {
    /** Archives in archives: from this depth on, no sender means well. */
    private static final int DEEP = 4;

    private Archives() {
    }

    /** What reads one kind of container. */
    @FunctionalInterface
    interface Reader {
        void read(Item item, Entries entries) throws IOException, LimitExceeded;
    }

    public static List<Analyser> analysers() {
        return List.of(
            new ArchiveAnalyser("zip", EnumSet.of(Type.ZIP), new ZipReader()),
            new ArchiveAnalyser("7z", EnumSet.of(Type.SEVEN_ZIP), new SevenZipReader()),
            new ArchiveAnalyser("rar", EnumSet.of(Type.RAR4, Type.RAR5), new RarReader()),
            new ArchiveAnalyser("tar", EnumSet.of(Type.TAR), new StreamReaders.Tar()),
            new ArchiveAnalyser("cpio", EnumSet.of(Type.CPIO), new StreamReaders.Cpio()),
            new ArchiveAnalyser("ar", EnumSet.of(Type.AR), new StreamReaders.Ar()),
            new ArchiveAnalyser("arj", EnumSet.of(Type.ARJ), new StreamReaders.Arj()),
            new ArchiveAnalyser("packed file", CompressedReader.TYPES, new CompressedReader()),
            new ArchiveAnalyser("cabinet", EnumSet.of(Type.CAB), new CabReader()),
            new ArchiveAnalyser("lha", EnumSet.of(Type.LHA), new LhaReader()),
            new ArchiveAnalyser("disk image", EnumSet.of(Type.ISO9660, Type.UDF, Type.VHD, Type.VHDX, Type.WIM, Type.DMG, Type.DISK_IMAGE),
                new DiskImageReader()),
            new ArchiveAnalyser("archive", EnumSet.of(Type.ACE, Type.ALZ, Type.EGG, Type.XAR, Type.RPM, Type.SIS, Type.ODD_ARCHIVE),
                new RecognisedReader()),
            new AppendedAnalyser());
    }

    private record ArchiveAnalyser(String format, Set<Type> types, Reader reader) implements Analyser {
        @Override
        public boolean handles(Item item) {
            return types.stream().anyMatch(item::is);
        }

        @Override
        public void analyse(Item item, Examination examination) throws LimitExceeded {
            if (item.depth() > DEEP) {
                examination.finding(item, "archive.nested", (item.depth() + 1) + " deep");
            }
            try {
                reader.read(item, new Entries(item, examination));
            } catch (IOException | RuntimeException e) {
                if (isOurs(e)) {
                    throw (RuntimeException) e;
                }
                Reason reason = e instanceof UnsupportedCompression ? Reason.UNSUPPORTED : Reason.MALFORMED;
                examination.unscannable(item, reason, format + ": " + e.getClass().getSimpleName() + ", " + e.getMessage());
            }
        }

        /** Faults of the examination itself pass through. */
        private static boolean isOurs(Exception e) {
            return e instanceof RuntimeException && e.getClass().getPackageName().equals("org.lazaret.scan.examine");
        }
    }
}
