package org.lazaret.scan.document;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.LimitExceeded;

/** A stream that is looked at in place: what is read from it counts against the budget of the mail. */
public final class Charged extends FilterInputStream {
    private static final int STEP = 64 << 10;

    /** {@link LimitExceeded} on its way through code that knows {@link IOException} only. */
    public static final class Exhausted extends IOException {
        private static final long serialVersionUID = 1L;
        private final LimitExceeded limit;

        Exhausted(LimitExceeded limit) {
            super(limit);
            this.limit = limit;
        }

        public LimitExceeded limit() {
            return limit;
        }
    }

    private final Examination examination;
    private final boolean counted;
    private int uncharged;

    public Charged(InputStream in, Examination examination) {
        this(in, examination, true);
    }

    private Charged(InputStream in, Examination examination, boolean counted) {
        super(in);
        this.examination = examination;
        this.counted = counted;
    }

    /** For bytes of the item itself, which were counted when it was decoded: only the time is watched. */
    public static Charged timed(InputStream in, Examination examination) {
        return new Charged(in, examination, false);
    }

    @Override
    public int read() throws IOException {
        int got = in.read();
        if (got >= 0) {
            charge(1);
        }
        return got;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int got = in.read(target, offset, length);
        if (got > 0) {
            charge(got);
        }
        return got;
    }

    private void charge(int bytes) throws Exhausted {
        uncharged += bytes;
        if (uncharged >= STEP) {
            settle();
        }
    }

    private void settle() throws Exhausted {
        int bytes = uncharged;
        uncharged = 0;
        try {
            if (counted) {
                examination.charge(bytes);
            }
            examination.checkTime();
        } catch (LimitExceeded e) {
            throw new Exhausted(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            settle();
        } finally {
            in.close();
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
