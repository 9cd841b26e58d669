package org.lazaret.scan.document.pdf;

import java.io.IOException;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.document.Charged;
import org.lazaret.scan.document.ole.Bytes;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;

/**
 * PDF files. Every object is read by our own reader, so that a broken or misleading cross-reference table hides nothing; PDFBox is asked
 * only to decrypt.
 */
public final class PdfAnalyser implements Analyser {

    @Override
    public boolean handles(Item item) {
        return item.is(Type.PDF) || isForm(item);
    }

    /** Forms Data Format (ISO 32000-2, 12.7.8): the same objects behind another header. */
    private static boolean isForm(Item item) {
        try {
            return Bytes.indexOf(item.content().range(0, 1024), Bytes.ascii("%FDF-"), 0) >= 0;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void analyse(Item item, Examination examination) throws IOException, LimitExceeded {
        try {
            PdfReading reading = new PdfReading(item, examination);
            PdfFile file = new PdfFile(item.content(), examination);
            file.scan(reading);
            if (reading.encrypted && !Decryption.judge(item, examination)) {
                examination.unscannable(item, Reason.ENCRYPTED, "PDF with a password");
            }
            reading.conclude(file, !reading.encrypted);
        } catch (Charged.Exhausted e) {
            throw e.limit();
        }
    }
}
