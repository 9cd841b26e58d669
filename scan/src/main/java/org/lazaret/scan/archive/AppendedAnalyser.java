package org.lazaret.scan.archive;

import java.io.IOException;
import java.util.Set;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.inspect.Slice;
import org.lazaret.scan.type.Appended;
import org.lazaret.scan.type.Type;

/** What stands behind the end of a picture, sound or film is judged as a file of its own. */
final class AppendedAnalyser implements Analyser {
    @Override
    public boolean handles(Item item) {
        return item.is(Type.PNG) || item.is(Type.JPEG) || item.is(Type.GIF) || item.is(Type.BMP) || item.is(Type.WEBP) || item.is(Type.AUDIO)
            || item.is(Type.VIDEO) || item.is(Type.PDF) || item.is(Type.RTF);
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        Appended appended = Appended.find(item.content());
        if (appended.isPresent() && !appended.types().equals(Set.of(Type.ZIP))) {
            long length = item.content().size() - appended.offset();
            examination.child(item, "appended", "", new Slice(item.content(), appended.offset(), item.content().size()), length);
        }
    }
}
