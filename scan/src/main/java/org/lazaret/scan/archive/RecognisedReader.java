package org.lazaret.scan.archive;

import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.type.Type;
import org.lazaret.scan.type.Types;

/** Archives that are recognised but not opened. */
final class RecognisedReader implements Archives.Reader {
    @Override
    public void read(Item item, Entries entries) {
        Type type = Types.primary(item.types());
        entries.finding("archive.odd-format", type.mediaType());
        entries.unscannable(Reason.UNSUPPORTED, "archive: " + type.mediaType());
    }
}
