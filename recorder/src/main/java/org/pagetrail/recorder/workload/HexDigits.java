package org.pagetrail.recorder.workload;

/**
 * Eight characters at once, as a little-endian word: the first character is its lowest byte.
 *
 * <pre>
 *   63      56 55      48            15       8 7        0
 *  +----------+----------+--  ...  --+----------+----------+
 *  |  eighth  | seventh  |           |  second  |  first   |
 *  +----------+----------+--  ...  --+----------+----------+
 * </pre>
 *
 * <p>Comparisons are additions that carry into bit 7 of each byte. A byte that has that bit already is no digit, and what its carry does
 * to the bytes after it does not matter: callers look at the digits before the first that is none.
 */
final class HexDigits {
    /** Bit 7 of every byte. */
    static final long EACH = 0x8080_8080_8080_8080L;

    private static final long ONES = 0x0101_0101_0101_0101L;

    private HexDigits() {}

    /** Bit 7 of each byte that is one of 0-9 and a-f, up to the first that is not; what stands after that means nothing. */
    static long digits(long characters) {
        long from0 = characters + ONES * (0x80 - '0');
        long after9 = characters + ONES * (0x80 - '9' - 1);
        long fromA = characters + ONES * (0x80 - 'a');
        long afterF = characters + ONES * (0x80 - 'f' - 1);
        return (from0 & ~after9 | fromA & ~afterF) & ~characters & EACH;
    }

    /** The number that eight digits stand for, the first highest; zero bytes count as the digit 0. */
    static long value(long characters) {
        // A letter has bit 6 set, and its low four bits are one more than its value above 9.
        long nibbles = (characters & ONES * 0x0f) + (characters >>> 6 & ONES) * 9;
        long bytes = (nibbles << 4 | nibbles >>> 8) & 0x00ff_00ff_00ff_00ffL;
        long words = (bytes << 8 | bytes >>> 16) & 0x0000_ffff_0000_ffffL;
        return (words << 16 | words >>> 32) & 0xffff_ffffL;
    }
}
