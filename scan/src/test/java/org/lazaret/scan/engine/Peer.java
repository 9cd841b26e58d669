package org.lazaret.scan.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The server's side of an engine's protocol, in good health: what goes wrong is up to {@link ScriptedServer}. */
public interface Peer {

    /** What the server says of everything it is sent. */
    enum Opinion { CLEAN, HARMFUL }

    /** Where the server puts the answer that decides. */
    interface Reply {
        Opinion opinion();

        /**
         * Sends an answer, or what the script makes of it.
         *
         * @param answer all bytes of it, as sent by a server in good health
         * @throws IOException when the script ends the connection here; let it pass
         */
        void send(byte[] answer) throws IOException;
    }

    /**
     * Serves one connection until the client closes it or the protocol says that the server does. Reads each request to its end before it
     * answers. What leads up to the decision (a greeting, OPTIONS, a continue) is written to {@code out}; the answer that decides goes
     * through {@link Reply#send}, in one piece. To see an earlier answer fail as well, run the contract a second time with a peer that
     * sends that one through the reply.
     *
     * @param in  what the client sends; blocking, at its end when the client has closed
     * @param out to the client
     */
    void serve(InputStream in, OutputStream out, Reply reply) throws IOException;
}
