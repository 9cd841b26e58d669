package org.lazaret.it.james39;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.james.queue.api.MailQueue;
import org.apache.james.queue.api.MailQueueFactory;
import org.apache.james.queue.api.MailQueueName;
import org.apache.james.server.core.MailImpl;
import org.apache.mailet.Mail;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Queues in memory: what is enqueued is copied, and handed to the one that listens. */
final class MemoryQueues implements MailQueueFactory<MailQueue> {
    private final Map<MailQueueName, MailQueue> queues = new ConcurrentHashMap<>();

    @Override
    public Optional<MailQueue> getQueue(MailQueueName name, PrefetchCount count) {
        return Optional.ofNullable(queues.get(name));
    }

    @Override
    public MailQueue createQueue(MailQueueName name, PrefetchCount count) {
        return queues.computeIfAbsent(name, MemoryQueue::new);
    }

    @Override
    public Set<MailQueueName> listCreatedMailQueues() {
        return Set.copyOf(queues.keySet());
    }

    private record Item(Mail mail, MemoryQueue queue) implements MailQueue.MailQueueItem {
        @Override
        public Mail getMail() {
            return mail;
        }

        @Override
        public void done(CompletionStatus status) throws MailQueue.MailQueueException {
            if (status == CompletionStatus.RETRY) {
                queue.enQueue(mail);
            }
        }
    }

    private static final class MemoryQueue implements MailQueue {
        private static final Duration PATIENCE = Duration.ofSeconds(5);

        private final MailQueueName name;
        private final Sinks.Many<MailQueueItem> items = Sinks.many().unicast().onBackpressureBuffer();

        MemoryQueue(MailQueueName name) {
            this.name = name;
        }

        @Override
        public MailQueueName getName() {
            return name;
        }

        @Override
        public void enQueue(Mail mail) throws MailQueueException {
            enQueue(mail, Duration.ZERO);
        }

        @Override
        public void enQueue(Mail mail, Duration delay) throws MailQueueException {
            MailQueueItem item = new Item(copy(mail), this);
            if (delay.isZero() || delay.isNegative()) {
                offer(item);
            } else {
                Mono.delay(delay).subscribe(late -> offer(item));
            }
        }

        @Override
        public Publisher<Void> enqueueReactive(Mail mail) {
            return Mono.fromCallable(() -> {
                enQueue(mail);
                return name;
            }).then();
        }

        @Override
        public Publisher<MailQueueItem> deQueue() {
            return items.asFlux();
        }

        @Override
        public void close() {
            items.emitComplete(Sinks.EmitFailureHandler.FAIL_FAST);
        }

        private void offer(MailQueueItem item) {
            items.emitNext(item, Sinks.EmitFailureHandler.busyLooping(PATIENCE));
        }

        private static Mail copy(Mail mail) throws MailQueueException {
            try {
                MailImpl copy = MailImpl.duplicate(mail);
                copy.setName(mail.getName());
                copy.setState(mail.getState());
                copy.setMessage(new MimeMessage(mail.getMessage()));
                return copy;
            } catch (MessagingException e) {
                throw new MailQueueException("Mail " + mail.getName() + " cannot be copied", e);
            }
        }
    }
}
