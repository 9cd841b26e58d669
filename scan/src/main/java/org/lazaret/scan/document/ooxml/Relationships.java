package org.lazaret.scan.document.ooxml;

import java.util.Locale;
import org.lazaret.scan.document.Links;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;

/** Judges the relationships of a package (ECMA-376-2, 9.3) that lead out of it. A hyperlink waits for a click; the others load by themselves. */
final class Relationships {
    private Relationships() {
    }

    /** @param type the last segment of the relationship's type decides, so that strict and transitional documents are alike */
    static void judge(Item item, String type, String target, Examination examination) {
        String kind = type.substring(type.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String evidence = kind + " → " + target;
        boolean remote = Links.isRemote(target);
        if (kind.equals("hyperlink") || kind.equals("hlinkclick")) {
            if (Links.isProtocol(target) || Links.isCommand(target)) {
                examination.finding(item, "office.link.program", evidence);
            } else if (Links.isShare(target) && Links.isExecutable(target)) {
                examination.finding(item, "office.link.executable", evidence);
            }
            return;
        }
        if (Links.isProtocol(target) || Links.isCommand(target) || target.endsWith("!") && remote) {
            examination.finding(item, "office.external.protocol", evidence);
            return;
        }
        switch (kind) {
            case "attachedtemplate" -> {
                if (remote) {
                    examination.finding(item, "office.external.template", evidence);
                }
            }
            case "oleobject", "control", "vbaproject", "slide", "slidemaster", "slidelayout", "afchunk", "package", "officedocument",
                "activexcontrolbinary" ->
                examination.finding(item, remote ? "office.external.object" : "office.external.link", evidence);
            case "subdocument", "frame" -> {
                if (remote || kind.equals("subdocument")) {
                    examination.finding(item, "office.external.frame", evidence);
                }
            }
            case "image" -> {
                if (Links.isShare(target)) {
                    examination.finding(item, "office.external.share", evidence);
                } else if (remote) {
                    examination.finding(item, "office.external.image", evidence);
                }
            }
            case "externallinkpath", "xlpathmissing", "xlexternallinkpath", "mailmergesource", "mailmergeheadersource", "video", "audio", "media" -> {
                boolean media = kind.equals("video") || kind.equals("audio") || kind.equals("media");
                if (media && Links.isShare(target)) {
                    examination.finding(item, "office.external.share", evidence);
                } else if (remote) {
                    examination.finding(item, "office.external.reference", evidence);
                }
            }
            default -> {
                if (remote) {
                    examination.finding(item, "office.external.other", evidence);
                }
            }
        }
    }
}
