package db

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"passerelle/internal/fault"
)

// ID identifies a row: a UUID of version 7 (RFC 9562), made here so that both
// engines store the same 16 bytes and new rows fall side by side in an index.
// The zero ID stands for "none" and is stored as NULL.
type ID [16]byte

// ErrBadID refuses a text that is not an identifier.
var ErrBadID = fault.Define(fault.NotFound, "bad_id", "Cet identifiant n’existe pas. Vérifiez l’adresse, ou repartez de la liste.")

// NewID makes an identifier for something born at this instant.
func NewID(at time.Time) ID {
	var id ID
	var milliseconds [8]byte
	binary.BigEndian.PutUint64(milliseconds[:], uint64(at.UnixMilli()))
	copy(id[:6], milliseconds[2:])
	if _, err := rand.Read(id[6:]); err != nil {
		panic("db: no randomness: " + err.Error())
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ParseID reads the text form; it answers ErrBadID for anything else.
func ParseID(text string) (ID, error) {
	var id ID
	plain := strings.ReplaceAll(text, "-", "")
	if len(plain) != 32 {
		return ID{}, ErrBadID
	}
	if _, err := hex.Decode(id[:], []byte(plain)); err != nil {
		return ID{}, ErrBadID
	}
	return id, nil
}

// Born is the instant at which the identifier was made, to the millisecond.
func (id ID) Born() time.Time {
	var milliseconds [8]byte
	copy(milliseconds[2:], id[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(milliseconds[:]))).UTC()
}

// IsZero tells whether the identifier stands for "none".
func (id ID) IsZero() bool { return id == ID{} }

// String is the usual 8-4-4-4-12 form; the zero ID is an empty string.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	var text [36]byte
	hex.Encode(text[0:8], id[0:4])
	text[8] = '-'
	hex.Encode(text[9:13], id[4:6])
	text[13] = '-'
	hex.Encode(text[14:18], id[6:8])
	text[18] = '-'
	hex.Encode(text[19:23], id[8:10])
	text[23] = '-'
	hex.Encode(text[24:], id[10:])
	return string(text[:])
}

// MarshalText writes the text form, for JSON.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads the text form; an empty text is the zero ID.
func (id *ID) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// Value stores the 16 bytes, or NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads the 16 bytes, or NULL.
func (id *ID) Scan(value any) error {
	switch stored := value.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(stored) == len(id) {
			copy(id[:], stored)
			return nil
		}
	}
	return fmt.Errorf("db: %T is not an identifier", value)
}
