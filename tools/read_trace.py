#!/usr/bin/env python3
"""Reads a pagetrail trace and counts its events by kind. Needs Python 3.8 and nothing else.

    read_trace.py TRACE     a journal's directory, a file of raw blocks (export --format blocks),
                            or JSON Lines, plain or compressed with gzip

It was written from docs/format.md and docs/events.md and shares no code with pagetrail. Of blocks it checks lengths, checksums,
ordinals, ticks and the closing record with its digest; of JSON Lines ordinals, ticks and the closing line's counts. It prints
JSON with the keys complete, events, lastTick, digest and counts. Exit codes: 0 it is whole or incomplete, 1 it is damaged or no
trace, 2 usage.
"""

import glob
import gzip
import hashlib
import json
import os
import struct
import sys

NAMES = {
    1: "symbol-defined",
    2: "phase-began",
    3: "phase-ended",
    8: "memory-region-reported",
    9: "module-loaded",
    10: "kernel-segment-loaded",
    16: "control-register-written",
    17: "descriptor-table-loaded",
    18: "stack-pointer-moved",
    19: "mode-switched",
    20: "machine-stopped",
    24: "address-space-created",
    25: "address-space-retired",
    26: "address-space-switched",
    32: "page-mapped",
    33: "page-unmapped",
    34: "page-remapped",
    35: "page-protected",
    36: "table-linked",
    37: "table-unlinked",
    38: "table-relinked",
    39: "table-protected",
    40: "page-split",
    41: "page-merged",
    42: "entry-marked",
    48: "tlb-filled",
    49: "walk-cache-filled",
    50: "tlb-invalidated",
    51: "tlb-flushed",
    52: "changed-entry-used",
    56: "page-faulted",
    57: "page-fault-resolved",
    58: "double-faulted",
    59: "triple-faulted",
    60: "interrupt-taken",
    61: "interrupt-returned",
    62: "processor-halted",
    64: "frames-allocated",
    65: "frames-freed",
    66: "frames-locked",
    67: "frame-shared",
    68: "frame-unshared",
    69: "frame-cleared",
    70: "frame-copied",
    72: "process-created",
    73: "user-segment-loaded",
    74: "program-break-moved",
    75: "library-mapped",
    76: "process-exited",
    80: "accesses-counted",
    81: "accessed",
}

FORMATS = (1, 2, 3)
SYMBOL_DEFINED = 1
TLB_FILLED = 48
FILL_FIELDS = 12
SHORT = 0x80
HALF = 2048  # events; with the next what is told of a block begins anew, from format 3 on
NOT_WHOLE = 1 << 31
METADATA = 1 << 30
LENGTH = METADATA - 1
BLOCK_HEAD = struct.Struct("<4sIQQQII")
JSON_HEAD = struct.Struct("<4sII")


class Damaged(Exception):
    """What is wrong, and where."""


def crc32c_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


CRC32C = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC32C[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Tally:
    """What was counted, and what the trace says of itself."""

    def __init__(self):
        self.events = 0
        self.tick = 0
        self.counts = {}
        self.closing = None

    def event(self, name, tick, where):
        if tick < self.tick:
            raise Damaged("%s: tick %d after tick %d" % (where, tick, self.tick))
        self.events += 1
        self.tick = tick
        self.counts[name] = self.counts.get(name, 0) + 1

    def close(self, closing, where):
        found = {"events": self.events, "lastTick": self.tick, "counts": self.counts}
        for key, value in found.items():
            if closing[key] != value:
                raise Damaged("%s: the closing record says %s for %s" % (where, closing[key], key))
        self.closing = closing

    def result(self):
        return {
            "complete": self.closing is not None and not self.closing.get("truncated", False),
            "events": self.events,
            "lastTick": self.tick,
            "digest": self.closing and self.closing["digest"],
            "counts": self.counts,
        }


# The journal: documents, blocks, events


def documents(stream):
    """The documents of a queue's data file, or of a file of raw blocks, with their offsets."""
    at = 0
    while True:
        word = stream.read(4)
        if not word:
            return
        if len(word) < 4:
            raise Damaged("byte %d: the file ends inside a length" % at)
        (head,) = struct.unpack("<I", word)
        if head == 0 or head & NOT_WHOLE:
            return
        length = head & LENGTH
        document = stream.read(length)
        if len(document) < length:
            raise Damaged("byte %d: the file ends inside a document" % at)
        stream.read(-length % 4)
        if not head & METADATA:
            yield at, document
        at += 4 + length + -length % 4


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def unzigzag(value):
    return value >> 1 ^ -(value & 1)


def signed(value):
    """As 64 bits with a sign."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def low64(value):
    return value & 0xFFFFFFFFFFFFFFFF


class Fills:
    """What a block, or half of one, has told of TLB fills so far, which those in the short form are told by."""

    def __init__(self):
        self.recent = [(0, 0)] * 4  # page, displacement
        self.count = 0
        self.seen = [(0, 0)] * 256  # by the page's last 8 bits: page, displacement
        self.regions = [[0, 0] for _ in range(64)]  # directory entry, displacement
        self.kinds = [(0, 0, 0)] * 4  # what a kind has in common, flags, least cycles
        self.next_kind = 0
        self.sets = [(0, 0)] * 16  # by TLB: mask, shift
        self.last = [0] * FILL_FIELDS

    def keep(self, page, displacement):
        self.regions[page >> 10 & 63][1] = displacement
        self.seen[page & 255] = (page, displacement)
        self.recent[self.count & 3] = (page, displacement)
        self.count += 1

    def in_full(self, cycles):
        """Takes in a fill that was told in full; cycles since the event before, None when it is the block's first."""
        tlb, set_, way, second, page, pde, pte, rights, dirty, global_, cause, references = self.last
        common = (tlb, rights, dirty, global_, cause, references)
        if not (
            0 <= tlb < 16
            and 0 <= set_ < 1 << 16
            and 0 <= way < 1 << 16
            and -1 <= second < 0xFFFF
            and 0 <= rights < 16
            and 0 <= dirty < 2
            and 0 <= global_ < 2
            and 0 <= cause < 4
            and 0 <= references < 16
        ):
            return
        page, pde, pte = low64(page), low64(pde), low64(pte)
        flags = pte & 0xFFF
        least = 0x7FFFFFFF if cycles is None else min(cycles, 0x7FFFFFFF)
        known = [number for number, kind in enumerate(self.kinds) if self.same(kind, common, flags)]
        number = known[0] if known else self.next_kind
        if not known:
            self.next_kind = (self.next_kind + 1) % 4
        self.kinds[number] = (common, flags, least)
        mask, shift = self.sets[tlb]
        if page >> shift & mask != set_:
            for shift, bits in [(shift, bits) for shift in (0, 10) for bits in range(17)]:
                if page >> shift & (1 << bits) - 1 == set_:
                    self.sets[tlb] = ((1 << bits) - 1, shift)
                    break
        self.regions[page >> 10 & 63][0] = pde
        self.keep(page, low64((pte >> 12) - page))

    @staticmethod
    def same(kind, common, flags):
        return (kind[0] or (0,) * 6) == common and kind[1] == flags

    def short(self, data, at):
        """Reads a fill in the short form; returns the cycles since the event before, and where it ends."""
        head = data[at] | data[at + 1] << 8
        at += 2
        common, flags, least = self.kinds[head & 3]
        frame_bytes, how = head >> 2 & 3, head >> 4 & 7
        page_bytes = (0, 0, 0, 0, 1, 2, 3, 1)[how]
        number = int.from_bytes(data[at : at + page_bytes], "little")
        at += page_bytes
        moved = int.from_bytes(data[at : at + frame_bytes], "little")
        at += frame_bytes
        cycles = least
        if head & 0x8000:
            cycles += data[at]
            at += 1
            if data[at - 1] == 0xFF:
                more, at = varint(data, at)
                if more > 0x7FFFFFFF:
                    raise IndexError
                cycles += more
        if how == 7:
            page, displacement = self.seen[number]
        elif how < 4:
            page, displacement = self.recent[self.count - 1 - how & 3]
            page = low64(page + 1)
        else:
            page = low64(self.recent[self.count - 1 & 3][0] + unzigzag(number))
            displacement = self.regions[page >> 10 & 63][1]
        displacement = low64(displacement + unzigzag(moved))
        self.keep(page, displacement)
        tlb, rights, dirty, global_, cause, references = common or (0,) * 6
        mask, shift = self.sets[tlb]
        way, second = head >> 8 & 7, (head >> 11 & 15) - 1
        pde, pte = self.regions[page >> 10 & 63][0], low64(page + displacement << 12) | flags
        self.last = [tlb, page >> shift & mask, way, second]
        self.last += [page, pde, pte, rights, dirty, global_, cause, references]
        return cycles, at


def block(document, tally, where, version):
    kind, _, first, first_tick, last_tick, count, length = BLOCK_HEAD.unpack_from(document)
    if first != tally.events:
        raise Damaged("%s: begins with event %d where %d is due" % (where, first, tally.events))
    if length != len(document) - BLOCK_HEAD.size:
        raise Damaged("%s: its length is not what its head says" % where)
    at = BLOCK_HEAD.size
    tick = first_tick
    try:
        for event in range(count):
            begins = event == 0 or version >= 3 and event == HALF
            if begins:
                fills = Fills()
            number = document[at]
            if version >= 2 and number & SHORT:
                if begins:
                    raise Damaged(where + ": the first event of a half is in a short form")
                cycles, at = fills.short(document, at)
                tick += cycles
                tally.event(NAMES[TLB_FILLED], tick, where)
                continue
            if number not in NAMES:
                raise Damaged("%s: no event has the number %d" % (where, number))
            mask, at = varint(document, at + 1)
            cycles = 0
            if mask & 1:
                cycles, at = varint(document, at)
                tick += cycles
            for field in range(mask.bit_length() - 1):
                if mask >> field & 2:
                    difference, at = varint(document, at)
                    if number == TLB_FILLED:
                        fills.last[field] = signed(fills.last[field] + unzigzag(difference))
            if number == TLB_FILLED:
                fills.in_full(cycles if event else None)
            if number == SYMBOL_DEFINED:
                size, at = varint(document, at)
                document[at : at + size].decode("utf-8")
                at += size
            tally.event(NAMES[number], tick, where)
    except (IndexError, UnicodeDecodeError):
        raise Damaged("%s: its events are not what a writer writes" % where)
    if at != len(document) or tick != last_tick:
        raise Damaged("%s: its events do not fill it" % where)


def record(document):
    _, _, length = JSON_HEAD.unpack_from(document)
    if length != len(document) - JSON_HEAD.size:
        raise ValueError("length")
    return json.loads(document[JSON_HEAD.size :].decode("utf-8"))


def read_blocks(stream):
    tally = Tally()
    digest = hashlib.sha256()
    begun = False
    version = None
    for at, document in documents(stream):
        where = "document at byte %d" % at
        if len(document) < 12 or struct.unpack_from("<I", document, 4)[0] != crc32c(document[8:]):
            raise Damaged(where + ": its checksum differs")
        if tally.closing:
            raise Damaged(where + ": it follows the closing record")
        kind = document[:4]
        if kind == b"PTRH" and not begun:
            header = record(document)
            if header.get("trace") != "pagetrail":
                raise Damaged(where + ": it is no header")
            version = header.get("format")
            if version not in FORMATS:
                raise Damaged("%s: format %s is not known here" % (where, version))
            begun = True
        elif kind == b"PTRB" and begun:
            block(document, tally, where, version)
            digest.update(document[4:8])
        elif kind == b"PTRC" and begun:
            closing = record(document)
            closing["counts"] = {NAMES[int(number)]: count for number, count in closing["counts"].items()}
            tally.close(closing, where)
            if closing["digest"] != digest.hexdigest():
                raise Damaged(where + ": the digest is not that of the blocks")
        else:
            raise Damaged(where + ": it is not the document that is due here")
    if not begun:
        raise Damaged("it has no header")
    return tally.result()


# JSON Lines


def read_lines(stream):
    tally = Tally()
    excerpt = None
    for number, line in enumerate(stream, 1):
        where = "line %d" % number
        value = json.loads(line.decode("utf-8"))
        if number == 1:
            if value.get("trace") != "pagetrail":
                raise Damaged(where + ": it is no header")
            excerpt = value.get("excerpt")
        elif tally.closing:
            raise Damaged(where + ": it follows the closing line")
        elif "event" in value:
            if excerpt is None and value["ordinal"] != tally.events:
                raise Damaged("%s: ordinal %d where %d is due" % (where, value["ordinal"], tally.events))
            if value["event"] not in NAMES.values():
                raise Damaged("%s: no event has the name %s" % (where, value["event"]))
            tally.event(value["event"], value.get("tick", 0), where)
        elif value.get("trace") == "end":
            if excerpt is not None:
                value.update(lastTick=tally.tick, digest=None, truncated=True)
            tally.close(value, where)
        else:
            raise Damaged(where + ": it is neither an event nor the closing line")
    return tally.result()


def read(path):
    if os.path.isdir(path):
        files = glob.glob(os.path.join(glob.escape(path), "*.cq4"))
        if len(files) != 1:
            raise Damaged("it has no data file of its own")
        path = files[0]
    with open(path, "rb") as file:
        magic = file.read(8)
        file.seek(0)
        if magic[:2] == b"\x1f\x8b":
            with gzip.open(file) as unpacked:
                return read_lines(unpacked)
        if magic[:1] == b"{":
            return read_lines(file)
        return read_blocks(file)


def main(arguments):
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        json.dump(read(arguments[0]), sys.stdout, indent=2, sort_keys=True)
        print()
        return 0
    except (Damaged, OSError, EOFError, ValueError, KeyError, struct.error) as problem:
        print("%s: %s" % (arguments[0], problem), file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
