package org.apache.james.transport.mailets;

import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import org.apache.james.mailrepository.api.MailRepositoryStore;
import org.apache.james.mailrepository.api.MailRepositoryUrl;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Puts mail into the repository {@code repositoryPath}. */
public class ToRepository extends GenericMailet {
    private final MailRepositoryStore store;

    @Inject
    public ToRepository(MailRepositoryStore store) {
        this.store = store;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        try {
            store.select(MailRepositoryUrl.from(getInitParameter("repositoryPath"))).store(mail);
        } catch (MailRepositoryStore.MailRepositoryStoreException e) {
            throw new MessagingException("No repository", e);
        }
        mail.setState(Mail.GHOST);
    }
}
