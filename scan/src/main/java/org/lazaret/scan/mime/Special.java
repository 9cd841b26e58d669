package org.lazaret.scan.mime;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.lazaret.scan.Unscannable.Reason;

/** Parts whose header alone tells that their content is not all there is to see, or that readers will name them differently. */
final class Special {
    static final String PARTIAL = "mime.partial";
    static final String EXTERNAL = "mime.external";
    static final String NAMES = "mime.name.conflict";

    private Special() {
    }

    static void judge(Entity entity, List<MessageScan.Note> notes, List<MessageScan.Obstacle> obstacles) {
        String type = entity.type();
        if (type.equals("message/partial")) {
            notes.add(new MessageScan.Note(PARTIAL, type));
            obstacles.add(new MessageScan.Obstacle(Reason.UNSUPPORTED, "message/partial: the recipient's program joins it with other mails"));
        } else if (type.equals("message/external-body")) {
            notes.add(new MessageScan.Note(EXTERNAL, entity.typeField().strip()));
            obstacles.add(new MessageScan.Obstacle(Reason.UNSUPPORTED, "message/external-body: the content is elsewhere"));
        }
        if (entity.names().size() > 1) {
            Set<String> endings = new TreeSet<>();
            for (String name : entity.names()) {
                int dot = name.lastIndexOf('.');
                endings.add(dot < 0 ? "" : Fields.lower(name.substring(dot + 1).strip()));
            }
            if (endings.size() > 1) {
                notes.add(new MessageScan.Note(NAMES, String.join(" | ", entity.names())));
            }
        }
    }
}
