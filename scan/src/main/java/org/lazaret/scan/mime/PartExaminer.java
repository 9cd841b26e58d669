package org.lazaret.scan.mime;

import java.util.Set;
import org.lazaret.scan.Score;
import org.lazaret.scan.examine.MailExamination;
import org.lazaret.scan.examine.Scans;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.mime.MessageScan.Part;
import org.lazaret.scan.type.Type;

/** Has one part of a message examined under each of its names. */
public final class PartExaminer {
    private static final Score SUSPICIOUS = Score.of(4);
    private static final Set<Type> TEXTS = Set.of(Type.TEXT, Type.EMPTY, Type.HTML, Type.XML, Type.ICALENDAR, Type.VCARD);

    private PartExaminer() {
    }

    public static void examine(MailExamination mail, Item item, Part part) throws LimitExceeded {
        if (part.testString()) {
            mail.finding(item, Scans.EICAR, "EICAR");
        }
        for (MessageScan.Note note : part.notes()) {
            mail.finding(item, note.rule(), note.evidence());
        }
        for (MessageScan.Obstacle obstacle : part.obstacles()) {
            mail.unscannable(item, obstacle.reason(), obstacle.detail());
        }
        mail.examine(item);
        for (int i = 1; i < part.names().size(); i++) {
            String other = part.names().get(i);
            mail.examineName(new Item(MailExamination.sibling(item.path(), other), other, item.declaredType(), item.content(), item.types(),
                    item.depth()));
        }
    }

    /** Whether a part can do nothing, however it is read: text in which nothing was found, or bytes shown as text that are of no type. */
    public static boolean harmless(Part part, Set<Type> types, Score score) {
        if (score.atLeast(SUSPICIOUS) || !part.obstacles().isEmpty()) {
            return false;
        }
        return types.stream().allMatch(type -> TEXTS.contains(type) || part.inline() && type == Type.UNKNOWN);
    }
}
