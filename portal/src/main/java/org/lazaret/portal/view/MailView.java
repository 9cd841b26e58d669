package org.lazaret.portal.view;

import java.util.List;

/**
 * A held mail for people.
 *
 * @param sender      envelope sender
 * @param received    when it came, for people
 * @param headline    what the verdict means, one sentence
 * @param more        attachments that are not listed
 * @param general     findings about the mail as a whole
 * @param obstacles   what could not be looked into
 */
public record MailView(String id, Shown subject, SenderView from, Shown sender, String received, String receivedIso, String size, ScoreView score,
                       String headline, List<AttachmentView> attachments, int more, FindingsView general, List<Shown> obstacles,
                       List<RecipientView> recipients) {
    public MailView {
        attachments = List.copyOf(attachments);
        obstacles = List.copyOf(obstacles);
        recipients = List.copyOf(recipients);
    }
}
