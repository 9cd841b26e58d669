package org.lazaret.scan.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.lazaret.scan.Limits;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;

/** What a reader of one archive finds in it, on the way to the examination. */
final class Entries {
    private static final Pattern CLIMBING = Pattern.compile("(?:^|[/\\\\])\\s*\\.\\.\\s*(?:[/\\\\]|$)");
    /** Unpacked to packed bytes that no honest archive reaches. */
    private static final int HONEST_RATIO = 100;

    private final Item item;
    private final Examination examination;
    private long unpacked;

    Entries(Item item, Examination examination) {
        this.item = item;
        this.examination = examination;
    }

    Item item() {
        return item;
    }

    Examination examination() {
        return examination;
    }

    /**
     * Hands an entry on to be judged; a decoder's fault becomes an obstacle of the archive.
     *
     * @param packed its bytes in the archive, -1 when not known
     */
    Guarded entry(String name, InputStream content, long packed) throws IOException, LimitExceeded {
        Guarded guarded = judged(name, content, packed);
        if (!guarded.whole()) {
            broken(name, guarded);
        }
        return guarded;
    }

    /** As {@link #entry}, but leaves the fault to the caller. */
    Guarded judged(String name, InputStream content, long packed) throws IOException, LimitExceeded {
        Guarded guarded = new Guarded(content);
        try {
            examination.child(item, name, "", guarded, packed);
        } catch (LimitExceeded e) {
            unpacked += guarded.count();
            bomb(name, unpacked);
            throw e;
        }
        unpacked += guarded.count();
        return guarded;
    }

    void broken(String name, Guarded guarded) {
        Reason reason = guarded.cause() instanceof UnsupportedCompression ? Reason.UNSUPPORTED : Reason.MALFORMED;
        examination.unscannable(item, reason, name + ": " + guarded.fault());
    }

    private void bomb(String name, long bytes) {
        if (bytes > Limits.RATIO_FROM && bytes / Math.max(1, item.content().size()) >= HONEST_RATIO) {
            examination.finding(item, "archive.bomb", name + ": more than " + bytes + " bytes out of " + item.content().size());
        }
    }

    /** A folder: only a name that climbs out is of interest. */
    void folder(String name) throws LimitExceeded {
        examination.checkTime();
        if (CLIMBING.matcher(name).find()) {
            examination.nameOnly(item, name);
        }
    }

    /** A symbolic or hard link: where it leads counts, not what it is called. */
    void link(String name, String target) throws LimitExceeded {
        folder(name);
        if (leadsOut(name, target)) {
            examination.finding(item, "archive.link", name + " -> " + target);
        }
    }

    /** A symbolic link in an archive of a make that documents are sent in: entries behind it can be written through it. */
    void unusualLink(String name, String target) throws LimitExceeded {
        link(name, target);
        examination.finding(item, "archive.link.inside", name + " -> " + target);
    }

    static boolean leadsOut(String name, String target) {
        if (target.startsWith("/") || target.startsWith("\\") || target.matches("(?s)[a-zA-Z]:.*")) {
            return true;
        }
        List<String> place = new ArrayList<>(List.of(name.split("[/\\\\]+", -1)));
        place.removeLast();
        place.removeIf(segment -> segment.isEmpty() || segment.equals("."));
        for (String segment : target.split("[/\\\\]+", -1)) {
            if (segment.equals("..")) {
                if (place.isEmpty()) {
                    return true;
                }
                place.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                place.add(segment);
            }
        }
        return false;
    }

    void finding(String rule, String evidence) {
        examination.finding(item, rule, evidence);
    }

    void unscannable(Reason reason, String detail) {
        examination.unscannable(item, reason, detail);
    }
}
