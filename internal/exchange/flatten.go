package exchange

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Bounds on one object of a list.
const (
	deepestObject = 16
	mostFields    = 2000
	longestNames  = 1 << 20 // of all fields, in bytes
	indexedItems  = 10      // of an array, that have a name of their own
)

// flat gathers the values of an object by the path that leads to them.
type flat struct {
	decoder *json.Decoder
	names   []string
	fields  []string
	size    int // of the names: a long key is written again before each of its fields
	wrong   string
}

// flatten reads an object as a line: {"a": {"b": 1}, "c": [2, 3]} has the
// fields a.b, c (the words of the array, with bars between), c.0 and c.1.
// Numbers stay as they are written; null is an empty value.
func flatten(text []byte) (names, fields []string, wrong string) {
	made := &flat{decoder: json.NewDecoder(bytes.NewReader(text))}
	made.decoder.UseNumber()
	token, err := made.decoder.Token()
	if err != nil {
		return nil, nil, "json"
	}
	if token != json.Delim('{') {
		return nil, nil, "not_object"
	}
	made.object("", 1)
	if made.wrong == "" && made.decoder.More() {
		made.wrong = "json"
	}
	if made.wrong != "" {
		return nil, nil, made.wrong
	}
	return made.names, made.fields, ""
}

func (f *flat) add(name, value string) {
	f.size += len(name)
	if len(f.names) == mostFields || f.size > longestNames {
		f.wrong = "too_long"
		return
	}
	f.names, f.fields = append(f.names, name), append(f.fields, value)
}

func (f *flat) token() json.Token {
	token, err := f.decoder.Token()
	if err != nil && f.wrong == "" {
		f.wrong = "json"
	}
	return token
}

func (f *flat) object(path string, deep int) {
	if deep > deepestObject {
		f.wrong = "too_deep"
	}
	for f.wrong == "" && f.decoder.More() {
		key, _ := f.token().(string)
		if path != "" {
			key = path + "." + key
		}
		f.value(key, f.token(), deep)
	}
	if f.wrong == "" {
		f.token()
	}
}

func (f *flat) value(path string, token json.Token, deep int) {
	switch {
	case f.wrong != "":
	case token == json.Delim('{'):
		f.object(path, deep+1)
	case token == json.Delim('['):
		f.array(path, deep+1)
	default:
		f.add(path, scalar(token))
	}
}

func (f *flat) array(path string, deep int) {
	if deep > deepestObject {
		f.wrong = "too_deep"
		return
	}
	at := len(f.names)
	f.add(path, "")
	var words []string
	for i := 0; f.wrong == "" && f.decoder.More(); i++ {
		token := f.token()
		if _, nested := token.(json.Delim); !nested {
			words = append(words, scalar(token))
		}
		before := len(f.names)
		f.value(path+"."+strconv.Itoa(i), token, deep)
		if i >= indexedItems {
			f.names, f.fields = f.names[:before], f.fields[:before]
		}
	}
	if f.wrong == "" {
		f.fields[at] = strings.Join(words, "|")
		f.token()
	}
}

func scalar(token json.Token) string {
	switch value := token.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	}
	return ""
}
