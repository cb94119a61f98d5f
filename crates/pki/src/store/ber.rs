//! BER with indefinite lengths, as NSS and old Bouncy Castle write PKCS#12 and some authorities PKCS#7, turned into
//! definite lengths.

/// Real files nest about a dozen deep.
const MAX_DEPTH: usize = 32;

/// The same value with definite lengths and octet strings in one piece. `None`: it needs no change, or is malformed.
pub(crate) fn definite(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.get(1) != Some(&0x80) {
        return None;
    }
    let mut out = Vec::new();
    let used = value(bytes, &mut out, 0, 0)?;
    (used == bytes.len()).then_some(out)
}

/// Copies one value, which is the part at `position` of the value around it, and tells how long it was.
fn value(bytes: &[u8], out: &mut Vec<u8>, position: usize, depth: usize) -> Option<usize> {
    let tag = *bytes.first()?;
    if depth > MAX_DEPTH || tag & 0x1f == 0x1f {
        return None;
    }
    let (header, length) = length(bytes)?;
    let is_constructed = tag & 0x20 != 0;
    let (content, used) = match length {
        Some(length) => {
            let content = bytes.get(header..header.checked_add(length)?)?;
            (content, header + length)
        }
        None if is_constructed => (bytes.get(header..)?, 0),
        None => return None,
    };
    if !is_constructed {
        put(out, tag, content);
        return Some(used);
    }
    let mut inner = Vec::new();
    let mut at = 0;
    for part in 0.. {
        let rest = &content[at..];
        if length.is_none() && rest.starts_with(&[0, 0]) {
            at += 2;
            break;
        }
        if length.is_some() && rest.is_empty() {
            break;
        }
        at += value(rest, &mut inner, part, depth + 1)?;
    }
    match tag {
        0x24 => put(out, 0x04, &join(&inner)?),
        // The ciphertext of encrypted data is an octet string too, tagged `[0]`, behind the type and the algorithm.
        0xa0 if position == 2 && all_octet_strings(&inner) => put(out, 0x80, &join(&inner)?),
        _ => put(out, tag, &inner),
    }
    Some(if length.is_some() { used } else { header + at })
}

/// The length of the header, and that of the content where it says so.
fn length(bytes: &[u8]) -> Option<(usize, Option<usize>)> {
    match *bytes.get(1)? {
        0x80 => Some((2, None)),
        short @ 0..=0x7f => Some((2, Some(short.into()))),
        long => {
            let count = usize::from(long & 0x7f);
            let octets = bytes.get(2..2 + count).filter(|_| count <= 4)?;
            Some((2 + count, Some(octets.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)))))
        }
    }
}

fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    match content.len() {
        short @ 0..=0x7f => out.extend(u8::try_from(short)),
        long => {
            let octets = long.to_be_bytes();
            let octets = &octets[octets.iter().take_while(|octet| **octet == 0).count()..];
            out.extend(u8::try_from(0x80 + octets.len()));
            out.extend(octets);
        }
    }
    out.extend(content);
}

fn pieces(inner: &[u8]) -> impl Iterator<Item = Option<(u8, &[u8])>> {
    let mut rest = inner;
    std::iter::from_fn(move || {
        let tag = *rest.first()?;
        let piece = length(rest).and_then(|(header, length)| {
            let content = rest.get(header..header.checked_add(length?)?)?;
            rest = &rest[header + content.len()..];
            Some((tag, content))
        });
        if piece.is_none() {
            rest = &[];
        }
        Some(piece)
    })
}

fn all_octet_strings(inner: &[u8]) -> bool {
    pieces(inner).all(|piece| piece.is_some_and(|(tag, _)| tag == 0x04))
}

fn join(inner: &[u8]) -> Option<Vec<u8>> {
    pieces(inner)
        .map(|piece| piece.map(|(_, content)| content))
        .collect::<Option<Vec<_>>>()
        .map(|all| all.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indefinite_lengths_become_definite() {
        // SEQUENCE { NULL, [0] { OCTET STRING in two pieces } }
        let ber = [0x30, 0x80, 5, 0, 0xa0, 0x80, 0x24, 0x80, 4, 1, 1, 4, 2, 2, 3, 0, 0, 0, 0, 0, 0];
        assert_eq!(definite(&ber).unwrap(), [0x30, 9, 5, 0, 0xa0, 5, 4, 3, 1, 2, 3]);
        // The third part is a ciphertext in pieces.
        let ber = [0x30, 0x80, 5, 0, 5, 0, 0xa0, 0x80, 4, 1, 1, 4, 1, 2, 0, 0, 0, 0];
        assert_eq!(definite(&ber).unwrap(), [0x30, 8, 5, 0, 5, 0, 0x80, 2, 1, 2]);
    }

    #[test]
    fn what_is_definite_or_malformed_stays() {
        let deep = [0x30, 0x80].repeat(1000);
        for bytes in [&[][..], &[0x30], &[0x30, 0], &[0x30, 0x80], &[0x30, 0x80, 4, 5, 1], &deep] {
            assert_eq!(definite(bytes), None);
        }
    }
}
