package org.lazaret.scan.document;

import java.util.List;
import org.lazaret.scan.document.html.MarkupAnalyser;
import org.lazaret.scan.document.ole.ActiveMimeAnalyser;
import org.lazaret.scan.document.ole.OleAnalyser;
import org.lazaret.scan.document.ooxml.FlatAnalyser;
import org.lazaret.scan.document.ooxml.OdfAnalyser;
import org.lazaret.scan.document.ooxml.OoxmlAnalyser;
import org.lazaret.scan.document.outlook.CardAnalyser;
import org.lazaret.scan.document.outlook.OneNoteAnalyser;
import org.lazaret.scan.document.outlook.SheetTextAnalyser;
import org.lazaret.scan.document.outlook.TnefAnalyser;
import org.lazaret.scan.document.pdf.PdfAnalyser;
import org.lazaret.scan.document.rtf.RtfAnalyser;
import org.lazaret.scan.inspect.Analyser;

/** The analysers of this package, in the order in which they should look. */
public final class Documents {
    private static final List<Analyser> ANALYSERS = List.of(new OleAnalyser(), new OoxmlAnalyser(), new PdfAnalyser(), new RtfAnalyser(),
        new TnefAnalyser(), new OneNoteAnalyser(), new MarkupAnalyser(), new FlatAnalyser(), new OdfAnalyser(),
        new ActiveMimeAnalyser(), new CardAnalyser(), new SheetTextAnalyser());

    private Documents() {
    }

    public static List<Analyser> analysers() {
        return ANALYSERS;
    }
}
