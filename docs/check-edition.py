#!/usr/bin/env python3
"""Checks an edition in an exported copy: python3 check-edition.py DIR FACT NUMBER [KEY]. docs/log.md says what and why.
KEY is the log's public key, name+hash+data, from a place that you trust; without it the copy's own word is taken."""
import base64, hashlib, json, subprocess, sys, tempfile
from pathlib import Path

def need(holds, what):
    if not holds:
        sys.exit(f"NOT AS IT WAS PUBLISHED: {what}")

def sha256(data):
    return hashlib.sha256(data).digest()

def root(leaves):  # RFC 6962, 2.1
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below the number of leaves
    return sha256(b"\1" + root(leaves[:k]) + root(leaves[k:]))

copy, fact, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
key = sys.argv[4] if len(sys.argv) > 4 else (copy / "log/key").read_bytes().decode().strip()

# The log: each record names the hash of the one before.
leaves, editions, erased, before = [], {}, {}, "0" * 64
for path in sorted((copy / "log").glob("*.json")):
    record = path.read_bytes()
    entry = json.loads(record)
    need(entry["log_index"] == str(len(leaves)) and entry["prev"] == before, f"{path.name} does not follow the record before it")
    (editions if entry["type"] == "edition" else erased)[entry["fact"], entry["number"]] = entry
    leaves.append(sha256(b"\0" + record))
    before = leaves[-1].hex()

# The checkpoint: three lines, an empty one, and the signature of the three lines with their ends (c2sp.org/signed-note).
text, signatures = (copy / "log/checkpoint").read_bytes().decode().split("\n\n")
origin, size, signed_root = text.split("\n")
size = int(size)
need(size <= len(leaves), f"{size} entries were signed, and the copy has {len(leaves)}")
need(base64.b64encode(root(leaves[:size])).decode() == signed_root, "the root of the log is not the one that was signed")
name, key_id, public = key.split("+", 2)
line = next((s for s in signatures.splitlines() if s.startswith(f"— {name} ")), "")
try:
    signature = base64.b64decode(line.rpartition(" ")[2])
except ValueError:
    need(False, "the signature is not in base64")
need(origin == name and signature[:4].hex() == key_id, f"the checkpoint is not signed with {key}")
with tempfile.TemporaryDirectory() as folder:  # RFC 8032 by openssl; the prefix makes a key of RFC 8410 of the 32 bytes
    for file, data in {"text": text.encode() + b"\n", "signature": signature[4:],
                       "key": bytes.fromhex("302a300506032b6570032100") + base64.b64decode(public)[1:]}.items():
        Path(folder, file).write_bytes(data)
    done = subprocess.run("openssl pkeyutl -verify -rawin -in text -sigfile signature -pubin -keyform DER -inkey key".split(),
                          cwd=folder, capture_output=True)
need(done.returncode == 0, "the signature is not that of the checkpoint")

# The edition: its bytes have the hash that its record names, or what is left of them that of the record of an erasure.
need((fact, number) in editions, "the log has no such edition")
body = (copy / f"editions/{fact}/{number}.json").read_bytes()
record = erased.get((fact, number), editions[fact, number])
need(int(record["log_index"]) < size, f"{record['type']} {record['log_index']} of the log is later than the checkpoint")
need(sha256(body).hex() == record["body_sha256"], "its bytes are not those that its record names")
print(f"edition {number} of {fact} is {'withheld on the record' if record['type'] == 'erasure' else 'unaltered since publication'}: entry "
      f"{editions[fact, number]['log_index']} of {size} signed by {name}")
