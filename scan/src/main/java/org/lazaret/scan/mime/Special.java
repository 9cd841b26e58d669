package org.lazaret.scan.mime;

import java.util.List;
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
        if (entity.conflict()) {
            notes.add(new MessageScan.Note(NAMES, String.join(" | ", entity.names())));
        }
    }
}
