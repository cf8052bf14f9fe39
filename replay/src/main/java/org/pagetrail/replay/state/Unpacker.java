package org.pagetrail.replay.state;

import java.nio.charset.StandardCharsets;

/** Numbers and texts out of the bytes that a {@link Packer} made of them. */
final class Unpacker {
    static final int LONGEST_NUMBER = 10;

    private final byte[] bytes;
    private int at;

    Unpacker(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Bytes that no packer made. */
    static IllegalArgumentException malformed() {
        return new IllegalArgumentException("these bytes are no state");
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == bytes.length) {
                throw malformed();
            }
            byte b = bytes[at++];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed();
    }

    long near(long other) {
        long zigzag = number();
        return other + (zigzag >>> 1 ^ -(zigzag & 1));
    }

    /** A number from 0 up to one, exclusive. */
    int below(int limit) {
        long value = number();
        if (value < 0 || value >= limit) {
            throw malformed();
        }
        return (int) value;
    }

    /** How many things follow, each of which takes a byte at least. */
    int count() {
        return below(bytes.length - at + 1);
    }

    /** A number that is an {@code int}. */
    int whole() {
        long value = near(0);
        if (value != (int) value) {
            throw malformed();
        }
        return (int) value;
    }

    boolean flag() {
        return below(2) != 0;
    }

    /** A text, or null. */
    String text() {
        int length = below(bytes.length - at + 2) - 1;
        if (length < 0) {
            return null;
        }
        if (length > bytes.length - at) {
            throw malformed();
        }
        at += length;
        return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** A text that is there. */
    String some() {
        String text = text();
        if (text == null) {
            throw malformed();
        }
        return text;
    }

    /** Nothing may be left. */
    void end() {
        if (at != bytes.length) {
            throw malformed();
        }
    }
}
