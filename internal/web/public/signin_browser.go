package public

import "strings"

// The names by which people know their browser and machine, and the words that
// give them away in a User-Agent. Order matters: most browsers also name the
// ones they descend from.
var (
	browsers = [][2]string{
		{"Edg", "Edge"},
		{"OPR/", "Opera"},
		{"Firefox/", "Firefox"},
		{"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"},
		{"Chrome/", "Chrome"},
		{"Safari/", "Safari"},
	}
	machines = [][2]string{
		{"iPhone", "iPhone"},
		{"iPad", "iPad"},
		{"Android", "Android"},
		{"CrOS", "ChromeOS"},
		{"Windows", "Windows"},
		{"Mac OS X", "Mac"},
		{"Linux", "Linux"},
	}
)

// browserName is "Firefox sur Windows": what is kept of a User-Agent, so that
// people recognise their sessions and nothing more is known of them.
func browserName(agent string) string {
	browser, machine := named(browsers, agent), named(machines, agent)
	switch {
	case browser == "" && machine == "":
		return "Navigateur inconnu"
	case browser == "":
		return "Navigateur sur " + machine
	case machine == "":
		return browser
	}
	return browser + " sur " + machine
}

func named(words [][2]string, agent string) string {
	for _, word := range words {
		if strings.Contains(agent, word[0]) {
			return word[1]
		}
	}
	return ""
}
