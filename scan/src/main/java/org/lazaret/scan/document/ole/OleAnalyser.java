package org.lazaret.scan.document.ole;

import java.io.IOException;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/** Compound files: Office 97–2003 documents, VBA projects of newer ones, embedded objects, Outlook messages. */
public final class OleAnalyser implements Analyser {

    @Override
    public boolean handles(Item item) {
        return item.is(Type.OLE2) || item.is(Type.MSI);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        CompoundFile file;
        try {
            file = CompoundFile.read(item.content());
        } catch (IOException e) {
            examination.unscannable(item, Reason.MALFORMED, "compound file: " + e.getMessage());
            return;
        }
        Macros.judge(item, VbaProject.of(file), examination);
    }
}
