;;; Uses the language server in Emacs with the set-up in docs/editors.md, and writes the results as JSON.  -*- lexical-binding: t -*-
;; Arguments are environment variables: SETUP, PROTO_FILE, OLD_TEXT, NEW_TEXT, OUTPUT.
(require 'json)
;; Emacs does this at every start except in scripts.
(package-initialize)
(load (getenv "SETUP"))
(require 'eglot)
(setq eglot-autoshutdown nil
      eglot-confirm-server-initiated-edits nil
      flymake-no-changes-timeout nil)

(defun wait-for (what condition)
  "Wait until CONDITION returns a value, and return it. WHAT names it in the error."
  (let ((deadline (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall condition))) (< (float-time) deadline))
      (accept-process-output nil 0.02))
    (or found (error "No %s within 30 seconds" what))))

(defun shown ()
  "The diagnostics. Starts Flymake, because its timer does not run in a script."
  (flymake-start)
  (flymake-diagnostics))

(defun run-session ()
  (find-file (getenv "PROTO_FILE"))
  ;; The command loop does this after each command.
  (run-hooks 'post-command-hook)
  (let ((server (wait-for "server" #'eglot-current-server)))
    (flymake-mode 1)
    (search-forward (getenv "OLD_TEXT"))
    (replace-match (getenv "NEW_TEXT") t t)
    (eglot--signal-textDocument/didChange)
    (let* ((found (wait-for "diagnostic" #'shown))
           (diagnostic (car found))
           (text (flymake-diagnostic-text diagnostic))
           (place (flymake-diagnostic-beg diagnostic)))
      (goto-char place)
      (let* ((marked (buffer-substring place (flymake-diagnostic-end diagnostic)))
             (hover (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams)))
             (actions (jsonrpc-request server :textDocument/codeAction
                                       (list :textDocument (eglot--TextDocumentIdentifier)
                                             :range (list :start (eglot--pos-to-lsp-position)
                                                          :end (eglot--pos-to-lsp-position))
                                             :context (list :diagnostics [])))))
        (eglot--apply-workspace-edit (plist-get (aref actions 0) :edit))
        (eglot--signal-textDocument/didChange)
        (wait-for "end of the finding" (lambda () (null (shown))))
        `((mode . ,(symbol-name major-mode))
          (diagnostic . ,text)
          (marked . ,marked)
          (hover . ,(plist-get (plist-get hover :contents) :value))
          (text . ,(buffer-substring-no-properties (point-min) (point-max))))))))

(let ((result (condition-case failure (run-session) (error `((failure . ,(error-message-string failure)))))))
  (with-temp-file (getenv "OUTPUT") (insert (json-encode result))))
(kill-emacs)
