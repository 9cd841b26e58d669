package org.lazaret.scan.engine.icap;

/** The beginning of an answer of ICAP: its status and header. */
record Response(int status, String reason, Headers headers) {

    boolean closes() {
        return headers.list("connection").contains("close");
    }
}
