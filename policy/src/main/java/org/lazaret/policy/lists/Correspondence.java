package org.lazaret.policy.lists;

/**
 * Who a mail is from and to.
 *
 * @param mailFrom envelope sender; empty for the null reverse-path
 * @param from     of all header fields From
 * @param to       of all header fields To
 */
public record Correspondence(String mailFrom, HeaderAddresses from, HeaderAddresses to, Proof proof) {
}
