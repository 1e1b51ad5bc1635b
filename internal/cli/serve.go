package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"passerelle/internal/civil"
	"passerelle/internal/db"
	"passerelle/internal/exchange"
	"passerelle/internal/job"
	"passerelle/internal/label"
	"passerelle/internal/notify"
	"passerelle/internal/place"
	"passerelle/internal/printing"
	"passerelle/internal/settlement"
	"passerelle/internal/web"
	"passerelle/internal/workshop"
)

// service is how an instance is served; its flags are those of serve and demo.
type service struct {
	Addr         string `default:"127.0.0.1:8080" help:"Adresse d’écoute." placeholder:"HÔTE:PORT"`
	Operations   string `help:"Adresse d’écoute, à part, de /healthz et /readyz." placeholder:"HÔTE:PORT"`
	BaseURL      string `help:"Adresse publique, pour les liens des messages ; par défaut celle d’écoute." env:"PASSERELLE_BASE_URL" placeholder:"URL"`
	Name         string `default:"Passerelle" help:"Nom de l’instance." env:"PASSERELLE_NAME"`
	BehindProxy  bool   `help:"L’instance n’est joignable que par un relais : l’adresse du visiteur est la dernière de X-Forwarded-For." env:"PASSERELLE_BEHIND_PROXY"`
	Telephone    string `help:"Numéro à appeler, imprimé sur les papiers." env:"PASSERELLE_TELEPHONE"`
	Mail         string `help:"Où envoyer les courriels : smtp://utilisateur:motdepasse@serveur:587 ou folder:CHEMIN." env:"PASSERELLE_MAIL" placeholder:"ADRESSE"`
	MailFrom     string `default:"passerelle@exemple.invalid" help:"Expéditeur des courriels." env:"PASSERELLE_MAIL_FROM"`
	SMS          string `help:"Où envoyer les SMS : gateway:FICHIER, qui décrit la passerelle HTTP de votre opérateur, ou folder:CHEMIN." env:"PASSERELLE_SMS" placeholder:"ADRESSE"`
	SMSSecret    string `name:"sms-secret" help:"Secret avec lequel l’opérateur rend compte des SMS et transmet les STOP, à /api/v1/messages/inbound ; par défaut, cette adresse est fermée." env:"PASSERELLE_SMS_SECRET"`
	Checkpoints  string `default:"weekly" enum:"never,weekly,daily" help:"Envoi du point de contrôle du registre scellé aux financeurs, par courriel : never, weekly ou daily." env:"PASSERELLE_CHECKPOINTS" placeholder:"RYTHME"`
	Geocoder     string `help:"Adresse d’un service de géocodage à la forme de la base adresse nationale, pour les rues que l’annuaire ne connaît pas ; par défaut aucun." env:"PASSERELLE_GEOCODER" placeholder:"URL"`
	Tiles        string `help:"Adresse d’un service de tuiles, pour une carte détaillée à côté de la nôtre ; par défaut aucun." env:"PASSERELLE_TILES" placeholder:"https://…/{z}/{x}/{y}.png"`
	TilesBy      string `name:"tiles-attribution" help:"Auteur de ces tuiles, comme leur licence le demande." env:"PASSERELLE_TILES_ATTRIBUTION"`
	ConfirmEvery int    `default:"6" help:"Mois après lesquels les horaires d’un lieu sont à confirmer." env:"PASSERELLE_CONFIRM_EVERY" placeholder:"MOIS"`
	StaleAfter   int    `default:"12" help:"Mois sans nouvelle après lesquels un lieu est à vérifier." env:"PASSERELLE_STALE_AFTER" placeholder:"MOIS"`
	legal
}

type serveCommand struct {
	service
}

// Run migrates the database, then serves it until it is told to stop.
func (c *serveCommand) Run(env *environment) error {
	opened, err := env.openMigrated(env, defaultDatabase, civil.System{})
	if err != nil {
		return err
	}
	return errors.Join(c.serve(env, opened, func(address string) {
		fmt.Fprintf(env.stdout, "Passerelle répond à %s\n", address)
	}), opened.Close())
}

// serve answers pages and API and does the background work until the context
// ends; ready is told the address once it answers.
func (s *service) serve(env *environment, d *db.DB, ready func(address string)) error {
	log := slog.New(slog.NewTextHandler(env.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	listener, err := net.Listen("tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("adresse d’écoute : %w", err)
	}
	address := "http://" + listener.Addr().String()
	if s.BaseURL == "" {
		s.BaseURL = address
	}
	s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
	if s.ConfirmEvery < 1 || s.StaleAfter < 1 {
		return errors.Join(errors.New("donnez au moins 1 mois à --confirm-every et à --stale-after"), listener.Close())
	}
	place.Rhythm.ConfirmEvery, place.Rhythm.StaleAfter = s.ConfirmEvery, s.StaleAfter
	settings := web.Settings{Name: s.Name, BaseURL: s.BaseURL, Telephone: s.Telephone, Legal: s.settings()}
	if s.Geocoder != "" {
		if settings.Geocoder, err = web.NewGeocoder(s.Geocoder); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	if s.Tiles != "" {
		if settings.Tiles, err = web.NewTiles(s.Tiles, s.TilesBy); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	handler, _, err := Handler(env, d, settings, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if s.BehindProxy {
		handler = behindProxy(handler)
	}
	if s.Mail == "" {
		s.Mail = "folder:" + filepath.Join("data", "courriels")
	}
	sender, err := notify.SenderFor(s.Mail)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if s.SMS == "" {
		s.SMS = "folder:" + filepath.Join("data", "sms")
	}
	texts, err := notify.TextSenderFor(s.SMS)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := d.Update(env, job.Actor, func(tx *db.Tx) error { return notify.SetInboundSecret(env, tx, s.SMSSecret) }); err != nil {
		return errors.Join(err, listener.Close())
	}
	runner := job.NewRunner(d, log)
	runner.Handle(jobNightly, s.night(d, nightly(d, s.BaseURL, s.Telephone)))
	runner.Handle(place.JobTwins, findTwins(d))
	runner.Handle(label.JobNotice, tellOfLabel(d, s.BaseURL))
	runner.Handle(settlement.JobRefused, tellOfRefusal(d, s.BaseURL))
	tellOfSeats(runner, d, s.Telephone)
	runner.Handle(workshop.JobOfferDue, lapseOffer(d))
	runner.Handle(workshop.JobRefill, refillSeats(d))
	runner.Handle(place.JobReply, tellOfReport(d, s.BaseURL))
	exchange.Uploads{Database: d}.Register(runner)
	sample, err := isSample(env, d)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	printing.Press{Database: d, Issuer: printing.Issuer{Name: s.Name, Telephone: s.Telephone, Sample: sample}}.Register(runner)
	notify.Post{Database: d, Sender: sender, Texts: texts, From: s.MailFrom, FromName: s.Name}.Register(runner)

	ctx, stop := context.WithCancel(env)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { runner.Run(ctx) })
	background.Go(func() { schedule(ctx, d, log) })
	background.Go(func() { sequence(ctx, d, log) })
	if s.Operations != "" {
		background.Go(func() { s.watch(ctx, d, log) })
	}
	ready(address)
	err = answer(ctx, listener, handler)
	stop()
	background.Wait()
	return err
}

// answer serves until the context ends, then lets requests under way finish.
func answer(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return server.Shutdown(grace)
}

// watch answers whoever supervises the service, on an address of its own.
func (s *service) watch(ctx context.Context, d *db.DB, log *slog.Logger) {
	listener, err := net.Listen("tcp", s.Operations)
	if err == nil {
		mux := http.NewServeMux()
		health(mux, d)
		err = answer(ctx, listener, mux)
	}
	if err != nil && ctx.Err() == nil {
		log.Error("operations address", "error", err)
	}
}

// health tells whether the program runs, and whether its database answers.
func health(mux *http.ServeMux, d *db.DB) {
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := d.Ping(r.Context()); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
}
