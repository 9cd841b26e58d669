package org.lazaret.scan.document.pdf;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where references lead. */
interface PdfObjects {
    /** The value itself, or the object that it refers to; {@code null} when there is none. */
    @Nullable Value resolve(@Nullable Value value) throws IOException;
}
