package org.lazaret.mailets;

import jakarta.inject.Inject;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.mailet.Attribute;
import org.apache.mailet.AttributeName;
import org.apache.mailet.AttributeUtils;
import org.apache.mailet.AttributeValue;
import org.apache.mailet.Mail;
import org.lazaret.matchers.VerdictAttribute;
import org.lazaret.quarantine.Quarantine.Marker;
import org.lazaret.scan.log.Log;

/**
 * Removes header fields that only Lazaret may set ({@code X-Lazaret-*}, {@code X-Quarantine-ID}) from mail that comes in, so that nobody
 * outside can forge a verdict or a release. A release marker that is authentic, for this message and these recipients, in time and used for
 * the first time stays, and the mail is not scanned again; a second
 * copy of such a mail is dropped, since its recipient has it. A forged one counts against the mail: {@code ScanAttachments} adds a finding.
 *
 * <p>Place: first in the pipeline, before {@code ScanAttachments}. It has no parameters.
 *
 * <pre><code>
 * &lt;mailet match="All" class="org.lazaret.mailets.RemoveForgedHeaders"&gt;
 *     &lt;onMailetException&gt;lazaret-failed&lt;/onMailetException&gt;
 * &lt;/mailet&gt;
 * </code></pre>
 */
public class RemoveForgedHeaders extends StrictMailet {
    static final AttributeName FORGED = AttributeName.of("org.lazaret.forged-marker");
    private static final String MARKER = "x-lazaret-release";
    private static final Log LOGGER = Log.of(RemoveForgedHeaders.class);

    private final org.lazaret.quarantine.Quarantine quarantine;
    private final Meters meters;

    @Inject
    public RemoveForgedHeaders(org.lazaret.quarantine.Quarantine quarantine, Meters meters) {
        this.quarantine = quarantine;
        this.meters = meters;
    }

    /** Whether {@link RemoveForgedHeaders} found a release marker that was not ours. */
    static boolean hadForgedMarker(Mail mail) {
        return AttributeUtils.getValueAndCastFromMail(mail, FORGED, Boolean.class).orElse(false);
    }

    @Override
    void process(Mail mail) throws MessagingException, IOException {
        String arrivalId = Transit.arrivalId(mail);
        List<String> ours = Collections.list(mail.getMessage().getAllHeaders()).stream()
            .map(Header::getName)
            .map(HeaderEdit.Field::normal)
            .filter(RemoveForgedHeaders::isOurs)
            .toList();
        if (ours.isEmpty()) {
            return;
        }
        Marker marker = ours.contains(MARKER) ? quarantine.checkMarker(arrivalId, Transit.recipients(mail), Transit.message(mail)) : Marker.ABSENT;
        switch (marker) {
            case VALID -> {
                VerdictAttribute.setReleased(mail);
                meters.count(Meters.Count.MARKER_VALID);
                if (ours.size() > 1) {
                    remove(mail, true);
                }
            }
            case REPEATED -> {
                meters.count(Meters.Count.MARKER_REPEATED);
                LOGGER.info("Mail {} is a second copy of a release that was delivered, and ends here", mail.getName());
                mail.setState(Mail.GHOST);
            }
            case FORGED -> {
                meters.count(Meters.Count.MARKER_FORGED);
                LOGGER.warn("Mail {} from {} carries a release marker that is not valid", mail.getName(), mail.getMaybeSender().asString());
                mail.setAttribute(new Attribute(FORGED, AttributeValue.of(true)));
                remove(mail, false);
            }
            case ABSENT -> remove(mail, false);
        }
    }

    private static void remove(Mail mail, boolean keepMarker) throws MessagingException, IOException {
        HeaderEdit.apply(mail, fields -> fields.stream()
            .filter(field -> !isOurs(field.name()) || (keepMarker && field.name().equals(MARKER)))
            .toList());
    }

    private static boolean isOurs(String name) {
        return name.startsWith("x-lazaret-") || name.equals("x-quarantine-id");
    }
}
