package org.pagetrail.replay.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers and texts as bytes, small numbers as few; the other side is {@link Unpacker}. */
final class Packer {
    private byte[] bytes = new byte[1 << 12];
    private int length;

    /** A number as groups of seven bits, the least significant first; small when it is not negative and small. */
    void number(long value) {
        if (bytes.length - length < Unpacker.LONGEST_NUMBER) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        long left = value;
        while ((left & ~0x7fL) != 0) {
            bytes[length++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        bytes[length++] = (byte) left;
    }

    /** A number that is near to another. */
    void near(long value, long other) {
        long difference = value - other;
        number(difference << 1 ^ difference >> Long.SIZE - 1);
    }

    void flag(boolean value) {
        number(value ? 1 : 0);
    }

    /** A text, or null. */
    void text(String text) {
        if (text == null) {
            number(0);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length + 1L);
        if (bytes.length - length < utf8.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length + utf8.length);
        }
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    /** All that was put in. */
    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }
}
